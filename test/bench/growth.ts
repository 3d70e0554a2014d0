/** What happens to time and memory when the work doubles. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { predictAll } from '../../src/models/run/predict-records.ts';
import type { TrainingJob } from '../../src/training/trainer.ts';
import { createTrainer } from '../../src/training/trainers.ts';
import { PEAK_KILOBYTES } from '../peak-memory.ts';
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
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(${PEAK_KILOBYTES})));`)}`;

/** Most memory that `node …` held at any time, in MB. */
function peakMegabytes(cwd: string, argv: readonly string[]): number {
  const { status, output } = spawnSync(process.execPath, ['--import', TELL_PEAK, ...argv], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`node ${argv.join(' ')} ended with ${status}: ${output[2]}`);
  return Number(output[3]) / 1024;
}

function memoryOutcome(
  what: string,
  detail: string,
  [once, twice]: readonly number[],
  rounds: number,
): Outcome {
  return {
    name: `${what} doubled, memory`,
    value: twice / once,
    unit: '×',
    target: atMost(1.05),
    how: `${detail}: peaks of ${Math.round(once)} MB, then ${Math.round(twice)} MB resident; medians of ${rounds} processes`,
  };
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
        return peakMegabytes(folder, [BIN, ...argv]);
      };
    });
    const { medians, rounds } = await inTurns({ least: 3, most: 5, seconds: 10 }, once, twice);
    return [memoryOutcome(what, detail, medians, rounds)];
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

const FROM_FILES = fileURLToPath(new URL('train-from-files.js', import.meta.url));
const LARGE = { rows: 2_000_000, columns: 10, validation: 1000 };

/** A dataset of `times` as many rows, as its stage would leave it. */
function writeLargeDataset(folder: string, times: number): void {
  const split = (name: string, rows: number): [string, Uint8Array][] =>
    (
      [
        ['x', LARGE.columns],
        ['y', 1],
      ] as const
    ).map(([kind, width]) => {
      const { data } = randomRecords(rows, [width], `${kind} ${name}`);
      return [`${kind}_${name}.npy`, writeNpy('float32', [rows, width], data)];
    });
  diskStore(folder).write({
    kind: 'dataset',
    stage: 'dataset',
    options: {},
    overrides: {},
    seed: 1,
    tool: 'the benchmark',
    inputs: [],
    files: new Map([...split('train', LARGE.rows * times), ...split('validation', LARGE.validation)]),
    metrics: {},
    interrupted: false,
    createdAt: new Date(0),
    seconds: 0,
  });
}

async function memoryOfTrainingFromFiles(): Promise<Outcome[]> {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'tinyml-bench-')));
  try {
    for (const [index, folder] of folders.entries()) writeLargeDataset(folder, index + 1);
    const peaks = folders.map((folder) => () => peakMegabytes(folder, [FROM_FILES, folder]));
    const { medians, rounds } = await inTurns({ least: 3, most: 5, seconds: 10 }, ...peaks);
    return [
      memoryOutcome(
        'large training sets',
        'two epochs of 2 000 000 and 4 000 000 rows × 10 from files of 80 and 160 MB, 10-8-1',
        medians,
        rounds,
      ),
    ];
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

const READ_CSV = fileURLToPath(new URL('read-csv.js', import.meta.url));
const CSV_ROWS = 1_000_000;

/** Ten columns of numbers with four decimals, no two rows alike. */
function writeCsv(path: string, rows: number): void {
  const { data } = randomRecords(1000, [10], 'csv');
  const endings = Array.from({ length: 1000 }, (_, row) =>
    Array.from(data.subarray(row * 10 + 1, row * 10 + 10), (x) => (x * 100).toFixed(4)).join(','),
  );
  writeFileSync(path, 'a,b,c,d,e,f,g,h,i,j\n');
  for (let row = 0; row < rows; row += 1000) {
    const lines = endings.map((ending, i) => `${(((row + i) * 7919) % 10_000_019) / 1e4},${ending}\n`);
    appendFileSync(path, lines.join(''));
  }
}

async function readCsv(): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const sides = [1, 2].map((times) => {
      const [path, rows] = [join(folder, `${times}.csv`), CSV_ROWS * times];
      writeCsv(path, rows);
      return () => peakMegabytes(folder, [READ_CSV, path, String(rows)]);
    });
    const { medians, rounds } = await inTurns({ least: 3, most: 3, seconds: 60 }, ...sides);
    const time = await inTurns({ least: 3, most: 3, seconds: 60 }, () => secondsOf(sides[0]));
    return [
      {
        name: 'CSV of 10⁶ rows × 10 columns, read to the end',
        value: time.medians[0],
        unit: 's',
        target: atMost(4),
        how: `whole processes that find the kinds of columns by all values, then read them; medians of ${time.rounds}`,
      },
      memoryOutcome('rows of CSV', '10⁶ and 2 × 10⁶ rows × 10 columns, read to the end', medians, rounds),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** From the file to the artifact: kinds, rows, parts, standard normalization, and checks. */
async function datasetOfCsv(): Promise<Outcome[]> {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'tinyml-bench-')));
  try {
    const sides = folders.map((folder, index) => {
      writeCsv(join(folder, 'rows.csv'), CSV_ROWS * (index + 1));
      const dataset = {
        source: 'csv',
        path: 'rows.csv',
        task: 'regression',
        target: 'j',
        prepare: [{ step: 'standard' }],
      };
      writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify({ dataset }));
      return () => peakMegabytes(folder, [BIN, 'dataset', '--force']);
    });
    const { medians, rounds } = await inTurns({ least: 5, most: 5, seconds: 60 }, ...sides);
    const time = await inTurns({ least: 3, most: 3, seconds: 60 }, () => secondsOf(sides[0]));
    return [
      {
        name: 'CSV of 10⁶ rows × 10 columns to a dataset artifact',
        value: time.medians[0],
        unit: 's',
        target: atMost(4),
        how: `tinyml dataset, whole processes; medians of ${time.rounds}`,
      },
      memoryOutcome(
        'rows of a dataset from CSV',
        'tinyml dataset, 10⁶ and 2 × 10⁶ rows × 10 columns',
        medians,
        rounds,
      ),
    ];
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

export const growth: Section = {
  epochs,
  samples,
  parameters,
  'test-set': testSet,
  csv: readCsv,
  dataset: datasetOfCsv,
  'memory-predict': memoryOfPredict,
  'memory-calibration': memoryOfCalibration,
  'memory-train': memoryOfTraining,
  'memory-train-from-files': memoryOfTrainingFromFiles,
};
