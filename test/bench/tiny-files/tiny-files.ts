/** Files under 1 KB of every kind that tinyml reads: none may make a command take over 2 s or 200 MB. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRandom } from '../../../src/core/random.ts';
import { option } from '../options.ts';
import { atMost, formatSeconds, type Row, type Section } from '../row.ts';
import type { HostileFile } from './hostile-file.ts';
import { kerasFiles } from './keras-files.ts';
import { type MeasuredRun, runMeasured, writePreload } from './run-measured.ts';
import { projectFiles, sampleFiles } from './text-files.ts';
import { enlargedTflite, madeTflite, mutantTflite } from './tflite-files.ts';

const SEED = 29;
/** Of commands on enlarged and on damaged models each; made files go through all of theirs. */
const DRAWN = 150;
const MOST_SECONDS = 2;
const MOST_MB = 200;

interface Job {
  readonly file: HostileFile;
  readonly argv: readonly string[];
}

interface Measured extends Job {
  readonly run: MeasuredRun;
}

function named({ file, argv }: Job): string {
  return `${file.name}: tinyml ${argv.join(' ')}`;
}

/** What it takes where the machine does nothing else: on a busy one the processor's time is the better measure. */
function secondsOf({ seconds, cpuSeconds }: MeasuredRun): number {
  return Number.isNaN(cpuSeconds) ? seconds : Math.min(seconds, cpuSeconds);
}

async function jobsOf(seed: number, drawn: number): Promise<readonly Job[]> {
  const random = createRandom(seed, 'tiny files');
  const drawJobs = (count: number, draw: () => HostileFile): Job[] =>
    Array.from({ length: count }, () => {
      const file = draw();
      return { file, argv: file.commands[random.below(file.commands.length)] };
    });
  const made = [...madeTflite(), ...(await kerasFiles()), ...sampleFiles(), ...projectFiles()];
  return [
    ...made.flatMap((file) => file.commands.map((argv) => ({ file, argv }))),
    ...drawJobs(drawn, () => enlargedTflite(random)),
    ...drawJobs(drawn, () => mutantTflite(random)),
  ];
}

async function runJob(preload: string, { file, argv }: Job): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-tiny-'));
  try {
    for (const [path, content] of Object.entries(file.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return { file, argv, run: await runMeasured(preload, folder, argv) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countRow(name: string, found: readonly Measured[], how: string): Row {
  for (const one of found.slice(0, 50)) process.stderr.write(`${name}: ${named(one)}\n`);
  return { name, value: found.length, unit: '', target: atMost(0), how };
}

function most(all: readonly Measured[], figure: (run: MeasuredRun) => number): Measured {
  return all.reduce((best, one) => (figure(one.run) > figure(best.run) ? one : best));
}

function rowsOf(all: readonly Measured[], seed: number): Row[] {
  const slowest = most(all, secondsOf);
  const largest = most(all, ({ peakMb }) => peakMb);
  const of = `${all.length} commands on files under 1 KB, seed ${seed}`;
  return [
    countRow(
      `${of}, over ${MOST_SECONDS} s`,
      all.filter(({ run }) => secondsOf(run) > MOST_SECONDS),
      'whole processes: of wall and processor time the lesser',
    ),
    countRow(
      `${of}, over ${MOST_MB} MB`,
      all.filter(({ run }) => !(run.peakMb <= MOST_MB)),
      'peak of resident memory',
    ),
    countRow(
      `${of}, exit 70 or ended by a signal`,
      all.filter(({ run }) => run.code === 70 || run.code === null),
      'models, samples, C arrays, project files, manifests and logs',
    ),
    {
      name: `${of}, the slowest`,
      value: secondsOf(slowest.run) * 1000,
      unit: 'ms',
      how: `${named(slowest)}; ${formatSeconds(slowest.run.seconds)} on the clock`,
    },
    { name: `${of}, the largest`, value: largest.run.peakMb, unit: 'MB', how: named(largest) },
  ];
}

async function hostile(): Promise<Row[]> {
  const seed = option('--seed') ?? SEED;
  const jobs = await jobsOf(seed, option('--count') ?? DRAWN);
  const only = option('--only');
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-tiny-'));
  try {
    const preload = writePreload(folder);
    const all: Measured[] = [];
    // One after another: what runs beside it would be measured too.
    for (const job of only === undefined ? jobs : [jobs[only]]) all.push(await runJob(preload, job));
    return rowsOf(all, seed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const tinyFiles: Section = { hostile };
