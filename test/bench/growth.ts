/** What happens to time and memory when the work doubles. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNpy } from '../../src/data/records/npy.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { predictAll } from '../../src/models/run/predict-records.ts';
import type { TrainingJob } from '../../src/training/trainer.ts';
import { createTrainer } from '../../src/training/trainers.ts';
import { ONE_THREAD, toTflite, untrainedGraph } from './convert.ts';
import { NETWORKS, type Network, networkJob, randomRecords, sineJob } from './networks.ts';
import { atMost, formatSeconds, type Outcome, type Section } from './row.ts';
import { BIN } from './start-up.ts';
import { inTurns, secondsOf } from './timing.ts';

async function timeRow(
  what: string,
  detail: string,
  body: (times: 1 | 2) => () => unknown,
): Promise<Outcome[]> {
  const [once, twice] = [body(1), body(2)];
  await once();
  await twice();
  const { medians, rounds } = await inTurns(
    { least: 7, most: 11, seconds: 12 },
    () => secondsOf(once),
    () => secondsOf(twice),
  );
  return [
    {
      name: `${what} doubled, time`,
      value: medians[1] / medians[0],
      unit: '×',
      target: atMost(2.1),
      how: `${detail}: ${formatSeconds(medians[0])}, then ${formatSeconds(medians[1])}; medians of ${rounds}`,
    },
  ];
}

async function trainWhole(job: TrainingJob): Promise<void> {
  const { trainer } = await createTrainer({ engine: 'compiled' });
  await trainer.train(job, { signal: new AbortController().signal, onEpoch: () => {} });
}

/** 73 weights for every hidden unit. */
function hidden(units: number): Network {
  return {
    layers: [
      { type: 'Dense', units, activation: 'relu' },
      { type: 'Dense', units: 8, activation: 'softmax' },
    ],
    input: [64],
    outputs: 8,
    loss: 'categoricalCrossentropy',
  };
}

const epochs = (): Promise<Outcome[]> =>
  timeRow('epochs', 'sine network, 100 and 200 epochs', (times) => {
    const job = sineJob(3000, 100 * times);
    return () => trainWhole(job);
  });

const samples = (): Promise<Outcome[]> =>
  timeRow('training samples', 'sine network, 60 epochs of 4000 and 8000 samples', (times) => {
    const job = sineJob(4000 * times, 60);
    return () => trainWhole(job);
  });

const parameters = (): Promise<Outcome[]> =>
  timeRow('parameters', '64-256-8 and 64-512-8, 10 epochs of 1000 samples', (times) => {
    const job = networkJob(hidden(256 * times), 1000);
    const short = { ...job, recipe: { ...job.recipe, epochs: 10 } };
    return () => trainWhole(short);
  });

async function testSet(): Promise<Outcome[]> {
  const { input } = NETWORKS['ds-cnn'];
  const calibration = arrayRecords(randomRecords(8, input, 'calibration'));
  const { graph } = readTflite(await toTflite(untrainedGraph(NETWORKS['ds-cnn']), { calibration }));
  return timeRow('test set', 'int8 DS-CNN, 60 and 120 records, one thread', (times) => {
    const records = arrayRecords(randomRecords(60 * times, input, 'test set'));
    return () => predictAll(graph, records, ONE_THREAD);
  });
}

/** Prints the process' own peak to a pipe of its own when it ends. */
const TELL_PEAK = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))`;

/** Most memory that `tinyml …` held at any time, in MB. */
function peakMegabytes(cwd: string, argv: readonly string[]): number {
  const { status, output } = spawnSync(process.execPath, ['--import', TELL_PEAK, BIN, ...argv], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`tinyml ${argv.join(' ')} ended with ${status}: ${output[2]}`);
  return Number(output[3]) / 1024;
}

async function memoryRow(
  what: string,
  detail: string,
  prepare: (folder: string, times: 1 | 2) => readonly string[],
  beforeEach: (folder: string) => void = () => {},
): Promise<Outcome[]> {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'tinyml-bench-')));
  try {
    const [once, twice] = folders.map((folder, index) => {
      const argv = prepare(folder, index === 0 ? 1 : 2);
      return () => {
        beforeEach(folder);
        return peakMegabytes(folder, argv);
      };
    });
    const { medians, rounds } = await inTurns({ least: 3, most: 5, seconds: 10 }, once, twice);
    return [
      {
        name: `${what} doubled, memory`,
        value: medians[1] / medians[0],
        unit: '×',
        target: atMost(1.1),
        how: `${detail}: peaks of ${Math.round(medians[0])} MB, then ${Math.round(medians[1])} MB resident; medians of ${rounds} processes`,
      },
    ];
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

/** Large records, little arithmetic. */
const THUMBNAIL: Network = {
  layers: [
    { type: 'MaxPooling2D', poolSize: [16, 16] },
    { type: 'Flatten' },
    { type: 'Dense', units: 2, activation: 'softmax' },
  ],
  input: [96, 96, 1],
  outputs: 2,
  loss: 'categoricalCrossentropy',
};
const RECORDS = 1200;

function writeRecords(folder: string, times: number): void {
  const { shape, data } = randomRecords(RECORDS * times, THUMBNAIL.input, 'records');
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', shape, data));
}

const ARRAYS = `${RECORDS} and ${2 * RECORDS} records of 36 KB from a file`;

async function memoryOfPredict(): Promise<Outcome[]> {
  const model = await toTflite(untrainedGraph(THUMBNAIL), { type: 'float' });
  return memoryRow('records to predict', ARRAYS, (folder, times) => {
    writeFileSync(join(folder, 'model.tflite'), model);
    writeRecords(folder, times);
    return ['predict', 'model.tflite', '--input', 'x.npy', '-o', 'y.npy'];
  });
}

async function memoryOfCalibration(): Promise<Outcome[]> {
  const model = await toTflite(untrainedGraph(THUMBNAIL), { type: 'float' });
  return memoryRow('calibration records', ARRAYS, (folder, times) => {
    writeFileSync(join(folder, 'model.tflite'), model);
    writeRecords(folder, times);
    return ['convert', 'model.tflite', '--int8', '--calibration', 'x.npy', '-o', 'int8.tflite'];
  });
}

async function memoryOfTraining(): Promise<Outcome[]> {
  const count = 20_000;
  const detail = `tinyml train, one epoch of ${0.6 * count} and ${1.2 * count} windows of 768 B`;
  const prepare = (folder: string, times: number): string[] => {
    const project = {
      dataset: { source: 'motion', samples: count * times },
      model: { layers: [{ type: 'Flatten' }, { type: 'Dense', units: 4, activation: 'softmax' }] },
      training: { loss: 'categoricalCrossentropy', epochs: 1 },
    };
    writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(project));
    const { status } = spawnSync(process.execPath, [BIN, 'dataset'], { cwd: folder, stdio: 'ignore' });
    if (status !== 0) throw new Error(`tinyml dataset ended with ${status}`);
    return ['train'];
  };
  // What is up to date would be skipped.
  const forget = (folder: string): void =>
    rmSync(join(folder, 'artifacts/train'), { recursive: true, force: true });
  return memoryRow('training samples', detail, prepare, forget);
}

export const growth: Section = {
  epochs,
  samples,
  parameters,
  'test-set': testSet,
  'memory-predict': memoryOfPredict,
  'memory-calibration': memoryOfCalibration,
  'memory-train': memoryOfTraining,
};
