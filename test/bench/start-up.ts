/** How long whole processes take: to say the version and the help, to run the first project, to convert files. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atMost, formatSeconds, type Row, type Section } from './row.ts';
import { withShared } from './shared.ts';
import { inTurns, median } from './timing.ts';

/** npm runs scripts in the package's folder. */
export const BIN = resolve('dist/bin.js');

function processSeconds(args: readonly string[], cwd = '.'): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', cwd });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}; run "npm run build" first`);
  return (performance.now() - started) / 1000;
}

async function againstNode(flag: string, limit: number): Promise<Row[]> {
  const { medians, rounds } = await inTurns(
    { least: 15, most: 25, seconds: 10 },
    () => processSeconds(['-e', '0']),
    () => processSeconds([BIN, flag]),
  );
  const [nothing, asked] = medians;
  return [
    {
      name: `tinyml ${flag} against node -e 0`,
      value: asked / nothing,
      unit: '×',
      target: atMost(limit),
      how: `whole processes: ${formatSeconds(asked)} against ${formatSeconds(nothing)}; medians of ${rounds}`,
    },
  ];
}

const RUNS = 5;

/** From an empty folder to the C array. */
async function runOfSine(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const seconds = Array.from({ length: RUNS }, (_, run) => {
      const project = join(folder, String(run));
      cpSync(resolve('examples/sine/tinyml.config.json'), join(project, 'tinyml.config.json'));
      return processSeconds([BIN, 'run'], project);
    });
    return [
      {
        name: 'tinyml run, examples/sine, whole process',
        value: median(seconds),
        unit: 's',
        target: atMost(2.5),
        how: `every stage is made; median of ${RUNS}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const startUp: Section = {
  version: () => againstNode('--version', 1.15),
  help: () => againstNode('--help', 1.4),
  run: runOfSine,
  convert: withShared('conversions of reference models', async () =>
    (await import('./whole-conversions.ts')).wholeConversions(),
  ),
};
