/** Damaged files of every kind that tinyml reads: each is read or refused with a sentence, soon, and never as a bug. */

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { MutantMessage } from './mutation-worker.ts';
import { option } from './options.ts';
import { atMost, type Row, type Section } from './row.ts';

const MUTANTS = 100_000;
const SEED = 23;
const HANG_MS = 5000;
/** A mutant that takes longer is stopped, and the process with it. */
const STOP_MS = 60_000;

const WORKER = fileURLToPath(new URL('./mutation-worker.js', import.meta.url));

interface Tally {
  done: number;
  bugs: string[];
  hangs: string[];
  slowest: { readonly ms: number; readonly what: string };
  peak: { readonly bytes: number; readonly what: string };
}

function count(tally: Tally, { index, code, what, ms, peakBytes }: MutantMessage): void {
  tally.done++;
  const named = `--only ${index}, ${what}`;
  if (code === 70) tally.bugs.push(named);
  if (ms > HANG_MS) tally.hangs.push(named);
  if (ms > tally.slowest.ms) tally.slowest = { ms, what: named };
  if (peakBytes > tally.peak.bytes) tally.peak = { bytes: peakBytes, what: named };
}

/** Mutants `first`, `first + step`, … below `end`, in processes of which one follows another that had to be stopped. */
async function runShare(tally: Tally, seed: number, first: number, step: number, end: number): Promise<void> {
  let next = first;
  while (next < end) {
    const child: ChildProcess = fork(WORKER, [seed, next, step, end].map(String), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let heard = performance.now();
    const watchdog = setInterval(() => {
      if (performance.now() - heard > STOP_MS) child.kill('SIGKILL');
    }, 500);
    child.on('message', (message: MutantMessage) => {
      heard = performance.now();
      next = message.index + step;
      count(tally, message);
    });
    await new Promise((resolve) => child.on('close', resolve));
    clearInterval(watchdog);
    if (next >= end) return;
    tally.hangs.push(`--only ${next}, which ended its process`);
    next += step;
  }
}

function report(tally: Tally, seed: number): void {
  for (const [kind, list] of [
    ['exit 70', tally.bugs],
    ['hang', tally.hangs],
  ] as const) {
    for (const one of list.slice(0, 50)) process.stderr.write(`${kind}: --seed ${seed} ${one}\n`);
  }
}

async function damagedFiles(): Promise<Row[]> {
  const seed = option('--seed') ?? SEED;
  const only = option('--only');
  const mutants = only === undefined ? (option('--count') ?? MUTANTS) : 1;
  const first = only ?? 0;
  const tally: Tally = {
    done: 0,
    bugs: [],
    hangs: [],
    slowest: { ms: 0, what: 'none' },
    peak: { bytes: 0, what: 'none' },
  };
  const workers = Math.min(mutants, availableParallelism());
  await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      runShare(tally, seed, first + index, workers, first + mutants),
    ),
  );
  report(tally, seed);
  const of = `${tally.done} mutants of seed ${seed}`;
  return [
    {
      name: `${of}, exit 70`,
      value: tally.bugs.length,
      unit: '',
      target: atMost(0),
      how: '.tflite, .h5, .keras, model.json, SavedModels, frozen graphs, .npy, C arrays, project files and artifacts through the commands',
    },
    {
      name: `${of}, over 5 s`,
      value: tally.hangs.length,
      unit: '',
      target: atMost(0),
      how: 'or ended the process',
    },
    { name: `${of}, the slowest`, value: tally.slowest.ms, unit: 'ms', how: tally.slowest.what },
    {
      name: `${of}, peak memory`,
      value: tally.peak.bytes / 2 ** 20,
      unit: 'MiB',
      how: `of a process that ran thousands; reached at ${tally.peak.what}`,
    },
  ];
}

export const mutations: Section = { damaged: damagedFiles };
