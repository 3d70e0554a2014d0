/** An HDF5 file as a plain tree: groups, texts among the attributes, numbers as float32. */

import type { Shape } from '../../core/tensor.ts';

export interface Hdf5Dataset {
  readonly shape: Shape;
  /** Row-major; whole numbers and doubles are rounded to float32. */
  readonly data: Float32Array;
}

export interface Hdf5Group {
  /** Attributes that are a text or a list of texts. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly datasets: ReadonlyMap<string, Hdf5Dataset>;
}

export const MAX_OBJECTS = 100_000;
export const MAX_DEPTH = 32;
export const MAX_RANK = 8;

/** Keras stores what training needs to go on beside the weights; it can be larger than them. */
export function isOptimizer(path: string): boolean {
  return path === '/optimizer_weights' || path === '/optimizer';
}
