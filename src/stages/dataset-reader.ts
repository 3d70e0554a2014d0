/** The splits of a dataset artifact as arrays. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { inputError } from '../core/errors.ts';
import { counted } from '../core/figure-text.ts';
import { bytesInMemory } from '../core/random-access.ts';
import { namedInputs, type Preparation } from '../core/samples/preparation.ts';
import type { Finding } from '../data/checks/finding.ts';
import { NORMALIZATION_FILE, type Normalization, parseNormalization } from '../data/normalization.ts';
import { asNormalization, PREPARATION_FILE, parsePreparation } from '../data/preparing/preparation.ts';
import type { FloatArray } from '../data/records/float-array.ts';
import { openNpyRecords, type RecordSource, readAllRecords } from '../data/records/records.ts';
import type { Part } from '../data/splits/parts.ts';
import type { NamedShape } from '../training/model-spec.ts';
import {
  CHECKS_FILE,
  type DatasetDescription,
  DESCRIPTION_FILE,
  parseDescription,
  parseFindings,
} from './dataset/description.ts';

export interface Samples {
  readonly x: FloatArray;
  readonly y: FloatArray;
}

/** Reads an array whose every value is a finite number. */
export function readFiniteArray(bytes: Uint8Array, where: string): FloatArray {
  return readAllRecords(openNpyRecords(bytesInMemory(bytes), where), where);
}

/** A split whose inputs are read in blocks; both files have been verified. */
export interface OpenSamples {
  readonly x: RecordSource;
  readonly y: FloatArray;
}

function readArray(dataset: Artifact, name: string): FloatArray {
  const source = openNpyRecords(dataset.open(name), name);
  try {
    return readAllRecords(source, name);
  } finally {
    source.close();
  }
}

/** Inputs and targets of a split, as many of one as of the other. Whoever opens them closes both. */
export function openRecords(dataset: Artifact, split: Part): Record<'x' | 'y', RecordSource> {
  const [x, y] = ['x', 'y'].map((kind) => {
    const name = `${kind}_${split}.npy`;
    return openNpyRecords(dataset.open(name), name);
  });
  if (x.count === y.count) return { x, y };
  x.close();
  y.close();
  throw inputError(
    'record-count',
    `x_${split}.npy has ${counted(x.count, 'record')}, y_${split}.npy has ${y.count}`,
    'Run "tinyml dataset" again.',
  );
}

/** Whoever opens it closes `x`. */
export function openSplit(dataset: Artifact, split: Part): OpenSamples {
  const { x, y } = openRecords(dataset, split);
  try {
    return { x, y: readAllRecords(y, `y_${split}.npy`) };
  } catch (error) {
    x.close();
    throw error;
  } finally {
    y.close();
  }
}

export function readSplit(dataset: Artifact, split: Part): Samples {
  const { x, y } = openSplit(dataset, split);
  try {
    return { x: readAllRecords(x, `x_${split}.npy`), y };
  } finally {
    x.close();
  }
}

/** The noiseless targets of the test split, where the source knows them. */
export function readTruth(dataset: Artifact): FloatArray | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === 'truth_test.npy');
  return known ? readArray(dataset, 'truth_test.npy') : undefined;
}

/** The names of the classes, in the order of the targets, where the source has classes. */
export function readClasses(dataset: Artifact): readonly string[] | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === 'classes.json');
  return known ? z.array(z.string()).parse(JSON.parse(dataset.readText('classes.json'))) : undefined;
}

/** What a dataset of files says of itself; undefined for generated ones. */
export function readDescription(dataset: Artifact): DatasetDescription | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === DESCRIPTION_FILE);
  return known ? parseDescription(dataset.readText(DESCRIPTION_FILE)) : undefined;
}

/** What the checks found in a dataset of files; nothing is looked for in generated ones. */
export function readFindings(dataset: Artifact): readonly Finding[] {
  const known = dataset.manifest.files.some(({ path }) => path === CHECKS_FILE);
  return known ? parseFindings(dataset.readText(CHECKS_FILE)) : [];
}

/** The steps that made the inputs of a dataset of files; undefined where there are none. */
export function readPreparation(dataset: Artifact): Preparation | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === PREPARATION_FILE);
  const preparation = known ? parsePreparation(dataset.readText(PREPARATION_FILE)) : undefined;
  return preparation?.steps.length === 0 && preparation.inputs === undefined ? undefined : preparation;
}

/** Names and shapes of the inputs of a model with several, in the order in which a sample has their values. */
export function readInputs(dataset: Artifact): readonly NamedShape[] | undefined {
  const preparation = readPreparation(dataset);
  return preparation && namedInputs(preparation);
}

/** The offset and scale of every channel, where inputs were prepared by nothing else; undefined where they were not. */
export function readNormalization(dataset: Artifact): Normalization | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === NORMALIZATION_FILE);
  if (known) return parseNormalization(dataset.readText(NORMALIZATION_FILE));
  const preparation = readPreparation(dataset);
  return preparation && asNormalization(preparation);
}
