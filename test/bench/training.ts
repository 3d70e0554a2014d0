/** Seconds per epoch of the compiled engine, against C, TensorFlow.js and Keras; and the whole of `tinyml train`. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainingThreads } from '../../src/training/compiled/crew/worker-threads.ts';
import { BACKENDS, type BackendName } from '../../src/training/engine-choice.ts';
import { chooseBackend } from '../../src/training/tfjs/backend.ts';
import { openSession } from '../../src/training/tfjs/session.ts';
import { epochRunner, epochTimes, openCompiled } from './epochs.ts';
import { integerThreadsRow } from './integer-threads.ts';
import {
  NETWORKS,
  type Network,
  type NetworkName,
  networkJob,
  RECURRENT_NETWORKS,
  sineJob,
} from './networks.ts';
import { memoryRows } from './roofline/memory.ts';
import { trainingShares } from './roofline/training.ts';
import { atLeast, atMost, formatSeconds, type Outcome, type Row, type Section } from './row.ts';
import { sineAgainstC } from './sine-floor.ts';
import { BIN } from './start-up.ts';
import { threadsRows } from './threads/threads-rows.ts';
import { inTurns, secondsOf } from './timing.ts';
import { openKeras, openTorch } from './training-peers.ts';

const SAMPLES = 2000;
/** By then threads have loaded, and the machine knows the code. */
const WARM_EPOCHS = 3;
/** TensorFlow.js on WebAssembly takes a minute for an epoch of all. */
const SAMPLES_FOR_TFJS = 256;

const NO_KERAS = 'a figure quoted from another run: TensorFlow for Python is not installed';
/** What Keras took on a machine like the one the targets were set on; used where it cannot be measured. */
const QUOTED_KERAS_SECONDS = { cnn: 0.24, 'ds-cnn': 1.0, autoencoder: 0.17 } as const;

const EPOCHS_IN_A_ROUND = 60;

async function sineAgainstTfjs(): Promise<Outcome[]> {
  const job = sineJob();
  const ours = epochRunner(job, openCompiled(job));
  await ours();
  const names: BackendName[] = [];
  const peers: (() => Promise<number>)[] = [];
  for (const backend of BACKENDS) {
    try {
      await chooseBackend(backend);
    } catch {
      continue;
    }
    const runEpoch = epochRunner(job, await openSession(job));
    await runEpoch();
    names.push(backend);
    peers.push(async () => {
      await chooseBackend(backend);
      return secondsOf(runEpoch);
    });
  }
  const { medians, rounds } = await inTurns(
    { least: 5, most: 9, seconds: 15 },
    async () => (await epochTimes(ours, EPOCHS_IN_A_ROUND)).median,
    ...peers,
  );
  const [mine, ...theirs] = medians;
  const figures = names.map((backend, index) => `${backend} ${formatSeconds(theirs[index])}`);
  return [
    {
      name: "sine network, one epoch, times faster than TensorFlow.js' best backend",
      value: Math.min(...theirs) / mine,
      unit: '×',
      target: atLeast(100),
      how: `${formatSeconds(mine)} against ${figures.join(', ')}; medians of ${rounds}`,
    },
  ];
}

function wholeTrainSeconds(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const started = performance.now();
    const { status } = spawnSync(process.execPath, [BIN, 'train'], { cwd: folder, stdio: 'ignore' });
    if (status !== 0) throw new Error(`tinyml train ended with ${status}`);
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function defaultProject(): Promise<Outcome[]> {
  const { medians, rounds } = await inTurns({ least: 5, most: 9, seconds: 10 }, wholeTrainSeconds);
  return [
    {
      name: 'tinyml train, default project, 500 epochs, whole process',
      value: medians[0],
      unit: 's',
      target: atMost(1.5),
      how: `in an empty folder, so it makes the data set too; median of ${rounds}`,
    },
  ];
}

interface Limits {
  /** Times Keras' time. */
  readonly keras: number;
  /** Times faster than TensorFlow.js on WebAssembly. */
  readonly tfjs?: number;
}

function networkRows(network: NetworkName, { keras: kerasLimit, tfjs: tfjsLimit }: Limits) {
  return async (): Promise<Outcome[]> => {
    const job = networkJob(NETWORKS[network], SAMPLES);
    const session = openCompiled(job, trainingThreads);
    const runEpoch = epochRunner(job, session);
    for (let epoch = 0; epoch < WARM_EPOCHS; epoch++) await runEpoch();
    const { label } = NETWORKS[network];
    const [keras, torch] = [await openKeras(network), await openTorch(network)];
    try {
      const peers = [keras, torch].filter((peer) => peer !== undefined);
      for (const peer of peers) await peer.seconds();
      const bodies = [() => secondsOf(runEpoch), ...peers.map(({ seconds }) => seconds)];
      const { medians, rounds } = await inTurns({ least: 5, most: 11, seconds: 20 }, ...bodies);
      const [ours, ...theirs] = medians;
      const rowOf = (name: string, seconds: number, source: string): Row => ({
        name: `${label}, one epoch, against ${name}`,
        value: ours / seconds,
        unit: '×',
        how: `${SAMPLES} samples, batches of 32, adam: ${formatSeconds(ours)} against ${formatSeconds(seconds)} (${source}); medians of ${rounds}`,
      });
      const kerasRow =
        keras === undefined
          ? rowOf('Keras', QUOTED_KERAS_SECONDS[network], NO_KERAS)
          : rowOf('Keras', theirs[0], `TensorFlow ${keras.firstLine}`);
      const rows: Outcome[] = [{ ...kerasRow, target: atMost(kerasLimit) }];
      rows.push(
        torch === undefined
          ? { name: `${label}, one epoch, against PyTorch`, why: 'PyTorch is not installed' }
          : rowOf('PyTorch', theirs[peers.indexOf(torch)], `PyTorch ${torch.firstLine}`),
      );
      if (tfjsLimit !== undefined) rows.push(await againstTfjsWasm(NETWORKS[network], tfjsLimit));
      return rows;
    } finally {
      keras?.close();
      torch?.close();
      session.dispose();
    }
  };
}

async function againstTfjsWasm(
  network: Network & { readonly label: string },
  limit: number,
): Promise<Outcome> {
  const job = networkJob(network, SAMPLES_FOR_TFJS);
  await chooseBackend('wasm');
  const theirSession = await openSession(job);
  const [theirEpoch, ourEpoch] = [theirSession, openCompiled(job)].map((session) =>
    epochRunner(job, session),
  );
  await ourEpoch();
  const { medians, rounds } = await inTurns(
    { least: 3, most: 7, seconds: 20 },
    () => secondsOf(theirEpoch),
    async () => (await epochTimes(ourEpoch, 3)).median,
  );
  theirSession.dispose();
  const [theirs, ours] = medians;
  return {
    name: `${network.label}, one epoch, times faster than TensorFlow.js on WebAssembly`,
    value: theirs / ours,
    unit: '×',
    target: atLeast(limit),
    how: `${SAMPLES_FOR_TFJS} samples: ${formatSeconds(ours)} against ${formatSeconds(theirs)}; medians of ${rounds}`,
  };
}

export const training: Section = {
  sine: sineAgainstC,
  'sine-tfjs': sineAgainstTfjs,
  'default-project': defaultProject,
  cnn: networkRows('cnn', { keras: 0.4, tfjs: 6 }),
  'ds-cnn': networkRows('ds-cnn', { keras: 0.5, tfjs: 6 }),
  autoencoder: networkRows('autoencoder', { keras: 0.3 }),
  threads: async () => [
    ...(await threadsRows('cnn')),
    ...(await threadsRows('ds-cnn')),
    ...(await threadsRows('autoencoder')),
  ],
  peak: trainingShares,
  memory: memoryRows,
  'integer-threads': async () => [await integerThreadsRow('cnn'), await integerThreadsRow('ds-cnn')],
  lstm: async () => [await againstTfjsWasm(RECURRENT_NETWORKS.lstm, 40)],
  gru: async () => [await againstTfjsWasm(RECURRENT_NETWORKS.gru, 30)],
};
