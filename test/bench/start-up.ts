/** How long the program takes to say its version and its help, against Node doing nothing. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { atMost, formatSeconds, type Row, type Section } from './row.ts';
import { inTurns } from './timing.ts';

/** npm runs scripts in the package's folder. */
export const BIN = resolve('dist/bin.js');

function processSeconds(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}; run "npm run build" first`);
  return (performance.now() - started) / 1000;
}

async function againstNode(flag: string, limit?: number): Promise<Row[]> {
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
      ...(limit === undefined ? {} : { target: atMost(limit) }),
      how: `whole processes: ${formatSeconds(asked)} against ${formatSeconds(nothing)}; medians of ${rounds}`,
    },
  ];
}

export const startUp: Section = {
  version: () => againstNode('--version', 1.5),
  help: () => againstNode('--help'),
};
