/** The splits of a dataset artifact as arrays. */

import { z } from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { inputError, withErrorContext } from '../core/errors.ts';
import type { Shape } from '../core/tensor.ts';
import { readNpyFloat32 } from '../data/npy.ts';
import type { Split } from './dataset.ts';

/** Axis 0 counts the records. */
export interface FloatArray {
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface Samples {
  readonly x: FloatArray;
  readonly y: FloatArray;
}

/** Index of the first value that is not a finite number, or −1. */
function firstNotFinite(data: Float32Array): number {
  return data.findIndex((value) => !Number.isFinite(value));
}

/** Reads an array whose every value is a finite number. */
export function readFiniteArray(bytes: Uint8Array, where: string): FloatArray {
  const array = withErrorContext(where, () => readNpyFloat32(bytes));
  const bad = firstNotFinite(array.data);
  if (bad >= 0) {
    const row = Math.floor(bad / (array.data.length / array.shape[0]));
    throw inputError(
      'not-finite',
      `${where}: row ${row} holds ${array.data[bad]}`,
      'Remove or repair that record.',
    );
  }
  return array;
}

export function readSplit(dataset: Artifact, split: Split): Samples {
  const read = (name: string): FloatArray => readFiniteArray(dataset.read(name), name);
  const samples = { x: read(`x_${split}.npy`), y: read(`y_${split}.npy`) };
  if (samples.x.shape[0] !== samples.y.shape[0]) {
    throw inputError(
      'record-count',
      `x_${split}.npy has ${samples.x.shape[0]} records, y_${split}.npy has ${samples.y.shape[0]}`,
      'Run "tinyml dataset" again.',
    );
  }
  return samples;
}

/** The noiseless targets of the test split, where the source knows them. */
export function readTruth(dataset: Artifact): FloatArray | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === 'truth_test.npy');
  return known ? readFiniteArray(dataset.read('truth_test.npy'), 'truth_test.npy') : undefined;
}

/** The names of the classes, in the order of the targets, where the source has classes. */
export function readClasses(dataset: Artifact): readonly string[] | undefined {
  const known = dataset.manifest.files.some(({ path }) => path === 'classes.json');
  return known ? z.array(z.string()).parse(JSON.parse(dataset.readText('classes.json'))) : undefined;
}

/** Values in one record. */
export function recordLength({ shape, data }: FloatArray): number {
  return data.length / shape[0];
}

export function recordAt(array: FloatArray, index: number): Float32Array {
  const length = recordLength(array);
  return array.data.subarray(index * length, (index + 1) * length);
}
