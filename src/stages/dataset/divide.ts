/** Which samples training learns from, which choose the best epoch, and which are kept for the test. */

import { inputError } from '../../core/errors.ts';
import type { Rows } from '../../data/samples/rows.ts';
import type { SampleList } from '../../data/samples/sample-reader.ts';
import { placesAmong, type Windows } from '../../data/samples/windows.ts';
import { assignFold, assignParts } from '../../data/splits/assign-parts.ts';
import { checkParts } from '../../data/splits/check-parts.ts';
import { PART, PARTS, type Part, type SampleFacts } from '../../data/splits/parts.ts';
import type { ShareWay } from '../../data/splits/share-out.ts';
import type { FilesConfig } from '../dataset-config.ts';
import { classesIn, type Learned } from './learned.ts';

/** One turn of a cross-validation: its test samples are those of `fold`, counted from 0. */
export interface Fold {
  readonly fold: number;
  readonly folds: number;
}

interface Divided {
  readonly options: FilesConfig;
  readonly rows: Rows;
  readonly windows: Windows;
  readonly learned: Learned;
  /** Rows from here on are of files for the test alone. */
  readonly testFrom: number;
  readonly seed: number;
  readonly fold?: Fold | undefined;
}

/** Numbers of the rows at which samples begin. */
function atFirstRow(values: Float64Array, { first }: Windows): Float64Array | undefined {
  if (values.length === 0) return undefined;
  const own = new Float64Array(first.length);
  for (let sample = 0; sample < first.length; sample++) own[sample] = values[first[sample]];
  return own;
}

function factsOf({ options, rows, windows, learned }: Divided): SampleFacts {
  const isTorn = options.split.by === 'group' && options.group === undefined;
  return {
    count: windows.first.length,
    classOf: classesIn(learned)[0]?.of,
    groupOf: isTorn ? placesAmong(windows, rows.recordings) : atFirstRow(rows.groups, windows),
    timeOf: atFirstRow(rows.times, windows) ?? windows.first,
  };
}

/** The beginnings of recordings train, and validate at their ends; what reaches beyond them is for the test. */
function divideHeads(divided: Divided, head: number): Uint8Array {
  const { options, rows, windows, seed } = divided;
  const recordings = placesAmong(windows, rows.recordings);
  const offsets = windows.first.map((row, sample) => row - rows.recordings[recordings[sample]].first);
  return assignParts({
    ...factsOf(divided),
    timeOf: offsets,
    isTest: offsets.map((offset) => (offset + windows.length > head ? 1 : 0)),
    by: 'time',
    shares: options.split,
    seed,
  });
}

/** By numbers that the user gave rows ("group"), else by their order. */
function divideEvery({ rows, windows }: Divided, every: number): Uint8Array {
  const numbers = atFirstRow(rows.groups, windows) ?? windows.first.map((_, sample) => sample);
  return Uint8Array.from(numbers, (number) => [PART.test, PART.validation][number % every] ?? PART.train);
}

function partsOf(divided: Divided): Uint8Array {
  const { options, windows, testFrom, seed, fold } = divided;
  const { split } = options;
  if (fold === undefined && split.by === 'head') return divideHeads(divided, split.rows ?? 1);
  if (fold === undefined && split.by === 'every') return divideEvery(divided, split.every ?? 1);
  const facts = factsOf(divided);
  const by = wayOf(options, facts);
  if (fold !== undefined) {
    return assignFold({
      ...facts,
      ...fold,
      by,
      seed,
      validation: split.validation / (split.train + split.validation),
    });
  }
  const isTest =
    options.test === undefined ? undefined : windows.first.map((row) => (row >= testFrom ? 1 : 0));
  return assignParts({ ...facts, by, shares: split, isTest, seed });
}

/** Numbers have no classes to be stratified by. */
function wayOf({ split }: FilesConfig, { classOf }: SampleFacts): ShareWay {
  if (split.by === 'group') return 'grouped';
  if (split.by === 'time') return 'time';
  return split.by === 'random' || classOf === undefined ? 'random' : 'stratified';
}

/** Of an anomaly detector, training and validation see what is normal; the anomalies among them are left out. */
function isUsed({ options, learned }: Divided, sample: number, part: number): boolean {
  return options.task !== 'anomaly' || part === PART.test || learned.classes?.of[sample] === 0;
}

/** Of no part. */
const UNUSED = 255;

function listOf(parts: Uint8Array, part: number): SampleList {
  let count = 0;
  for (let sample = 0; sample < parts.length; sample++) if (parts[sample] === part) count++;
  return { count, after: (sample) => parts.indexOf(part, sample + 1) };
}

/** The samples of each part; and of every sample its place in `PARTS`, or above them. */
export type SampleParts = Readonly<Record<Part, SampleList>> & { readonly of: Uint8Array };

/** Throws (input) for parts without a sample, and for classes that training never sees. */
export function divide(divided: Divided): SampleParts {
  const { options, learned } = divided;
  const parts = partsOf(divided);
  checkParts(parts, { classOf: undefined });
  const classes = options.task === 'anomaly' ? [] : classesIn(learned);
  for (const { of, names } of classes) checkParts(parts, { classOf: of }, names);
  for (let sample = 0; sample < parts.length; sample++) {
    if (!isUsed(divided, sample, parts[sample])) parts[sample] = UNUSED;
  }
  const lists = {
    train: listOf(parts, PART.train),
    validation: listOf(parts, PART.validation),
    test: listOf(parts, PART.test),
    of: parts,
  };
  const empty = PARTS.find((part) => lists[part].count === 0);
  if (empty === undefined) return lists;
  throw inputError(
    'too-few-samples',
    `No normal sample is left for the ${empty} split`,
    'Name what is normal as the data call it, or give its share of another split.',
  );
}
