/** Files under 1 KB of every kind that tinyml reads: none may make a command take over 2 s or 200 MB. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRandom } from '../../../src/core/random.ts';
import { option } from '../options.ts';
import { atMost, formatSeconds, type Row, type Section } from '../row.ts';
import { dataFiles } from './data-files.ts';
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
  /** Its place among all jobs of a seed, which `--only` takes. */
  readonly number: number;
  readonly file: HostileFile;
  readonly argv: readonly string[];
}

interface Measured extends Job {
  readonly run: MeasuredRun;
}

/** What is printed of a log given as an argument. */
const MOST_LETTERS = 60;

function named({ file, argv }: Omit<Job, 'number'>): string {
  const words = argv.map((word) => (word.length <= MOST_LETTERS ? word : `${word.slice(0, MOST_LETTERS)}…`));
  return `${file.name}: tinyml ${words.join(' ')}`;
}

/** What it takes where the machine does nothing else: on a busy one the processor's time is the better measure. */
function secondsOf({ seconds, cpuSeconds }: MeasuredRun): number {
  return Number.isNaN(cpuSeconds) ? seconds : Math.min(seconds, cpuSeconds);
}

async function jobsOf(seed: number, drawn: number): Promise<readonly Job[]> {
  const random = createRandom(seed, 'tiny files');
  const drawJobs = (count: number, draw: () => HostileFile): Omit<Job, 'number'>[] =>
    Array.from({ length: count }, () => {
      const file = draw();
      return { file, argv: file.commands[random.below(file.commands.length)] };
    });
  const all = (files: readonly HostileFile[]) =>
    files.flatMap((file) => file.commands.map((argv) => ({ file, argv })));
  const jobs = [
    ...all([...madeTflite(), ...(await kerasFiles()), ...sampleFiles(), ...projectFiles()]),
    ...drawJobs(drawn, () => enlargedTflite(random)),
    ...drawJobs(drawn, () => mutantTflite(random)),
    ...all(dataFiles()),
  ];
  return jobs.map((job, number) => ({ ...job, number }));
}

async function runJob(preload: string, job: Job): Promise<Measured> {
  const { file, argv } = job;
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-tiny-'));
  try {
    for (const [path, content] of Object.entries(file.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return { ...job, run: await runMeasured(preload, folder, argv) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Bound = 'time' | 'memory' | 'end';

/** Whether a run is beyond a bound; one that was stopped has no figures, and is beyond that of memory too. */
const BREAKS: Readonly<Record<Bound, (run: MeasuredRun) => boolean>> = {
  time: (run) => secondsOf(run) > MOST_SECONDS,
  memory: ({ peakMb }) => !(peakMb <= MOST_MB),
  end: ({ code }) => code === 70 || code === null,
};

function isOffender({ run }: Measured): boolean {
  return Object.values(BREAKS).some((breaks) => breaks(run));
}

function figuresOf({ code, seconds, cpuSeconds, peakMb }: MeasuredRun): string {
  const memory = Number.isNaN(peakMb) ? 'memory unknown' : `${peakMb.toFixed(0)} MB`;
  const processor = Number.isNaN(cpuSeconds) ? '' : `, ${formatSeconds(cpuSeconds)} of the processor`;
  return `${code === null ? 'ended by a signal' : `exit ${code}`}, ${formatSeconds(seconds)} on the clock${processor}, ${memory}`;
}

/** One that breaks a bound, with what repeats it alone and the figure that is beyond it. */
function offenderRow(one: Measured, of: string): Row {
  const { run, number } = one;
  const isSlow = BREAKS.time(run) || !BREAKS.memory(run);
  return {
    name: `${of} --only ${number}`,
    ...(isSlow
      ? { value: secondsOf(run), unit: 's', target: atMost(MOST_SECONDS) }
      : { value: run.peakMb, unit: 'MB', target: atMost(MOST_MB) }),
    how: `${named(one)}; ${figuresOf(run)}`,
  };
}

function countRow(name: string, found: readonly Measured[], how: string): Row {
  return { name, value: found.length, unit: '', target: atMost(0), how };
}

function most(all: readonly Measured[], figure: (run: MeasuredRun) => number): Measured {
  return all.reduce((best, one) => (figure(one.run) > figure(best.run) ? one : best));
}

function rowsOf(all: readonly Measured[], seed: number, count: number): Row[] {
  const slowest = most(all, secondsOf);
  const largest = most(all, ({ peakMb }) => peakMb);
  const of = `${all.length} commands on files under 1 KB, seed ${seed}`;
  return [
    countRow(
      `${of}, over ${MOST_SECONDS} s`,
      all.filter(({ run }) => BREAKS.time(run)),
      'whole processes: of wall and processor time the lesser',
    ),
    countRow(
      `${of}, over ${MOST_MB} MB`,
      all.filter(({ run }) => BREAKS.memory(run)),
      'peak of resident memory',
    ),
    countRow(
      `${of}, exit 70 or ended by a signal`,
      all.filter(({ run }) => BREAKS.end(run)),
      'models, samples, C arrays, data, project files, manifests and logs',
    ),
    {
      name: `${of}, the slowest`,
      value: secondsOf(slowest.run) * 1000,
      unit: 'ms',
      how: `${named(slowest)}; ${formatSeconds(slowest.run.seconds)} on the clock`,
    },
    { name: `${of}, the largest`, value: largest.run.peakMb, unit: 'MB', how: named(largest) },
    ...all.filter(isOffender).map((one) => offenderRow(one, `--seed ${seed} --count ${count}`)),
  ];
}

async function hostile(): Promise<Row[]> {
  const seed = option('--seed') ?? SEED;
  const count = option('--count') ?? DRAWN;
  const jobs = await jobsOf(seed, count);
  const only = option('--only');
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-tiny-'));
  try {
    const preload = writePreload(folder);
    const all: Measured[] = [];
    // One after another: what runs beside it would be measured too.
    for (const job of only === undefined ? jobs : [jobs[only]]) {
      const one = await runJob(preload, job);
      all.push(one);
      // Not only at the end: a run that is stopped has told what it found.
      if (isOffender(one))
        process.stderr.write(`--only ${one.number}: ${named(one)}; ${figuresOf(one.run)}\n`);
    }
    return rowsOf(all, seed, count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const tinyFiles: Section = { hostile };
