/** Samples with what is true of them, for a model that is to be measured. */

import type { FloatArray } from '../../data/records/float-array.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Learned } from '../dataset/learned.ts';

/** What a model should say of every sample, by its task. */
export type Labels =
  | { readonly task: 'regression'; readonly targets: FloatArray }
  | {
      readonly task: 'classification';
      /** In the order of the model's outputs. */
      readonly classes: readonly string[];
      /** Of every sample the place among the classes. */
      readonly actual: Int32Array;
    }
  | {
      readonly task: 'anomaly';
      /** 1 or 0. */
      readonly isAnomaly: Int32Array;
      /** Normal samples as the model sees them, of which the threshold is taken. */
      readonly normal: FloatArray;
    };

export interface ModelSamples {
  /** As the model sees them. */
  readonly x: RecordSource;
  readonly labels: Labels;
  /** Rows that were left out because something was missing in them. */
  readonly dropped: number;
  /** Rows or files that could not be read. */
  readonly skipped: number;
}

/** All targets of a regression. */
export function targetArray({ shape, write }: Learned['targets'], count: number): FloatArray {
  const [width] = shape;
  const data = new Float32Array(count * width);
  for (let sample = 0; sample < count; sample++) {
    write(sample, data.subarray(sample * width, (sample + 1) * width));
  }
  return { shape: [count, width], data };
}
