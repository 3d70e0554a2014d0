/** Inputs brought to mean 0 and spread 1, per channel of the last axis, with what the training split says of them. */

import * as z from 'zod';

/** What the project file may ask for. */
export const NORMALIZATIONS = ['none', 'standard'] as const;

export const NORMALIZATION_FILE = 'normalization.json';

/** x' = (x − offset[c]) · scale[c], both steps rounded to float32: the firmware computes the same bits. */
export interface Normalization {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

const schema = z.object({ offset: z.array(z.number()), scale: z.array(z.number()) });

/** Mean and 1 / standard deviation of every channel, as float32; channels that never change keep scale 1. */
export function standardNormalization(data: Float32Array, channels: number): Normalization {
  const count = data.length / channels;
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) sums[i % channels] += data[i];
  const offset = Array.from(sums, (sum) => Math.fround(sum / count));
  const squares = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) squares[i % channels] += (data[i] - offset[i % channels]) ** 2;
  const scale = Array.from(squares, (sum) => {
    const inverse = Math.fround(1 / Math.sqrt(sum / count));
    return Number.isFinite(inverse) ? inverse : 1;
  });
  return { offset, scale };
}

export function normalize(data: Float32Array, { offset, scale }: Normalization): Float32Array {
  const channels = offset.length;
  return data.map((value, i) => Math.fround(value - offset[i % channels]) * scale[i % channels]);
}

/** Undoes `normalize`, up to rounding: for pictures, not for arithmetic. */
export function denormalize(data: Float32Array, { offset, scale }: Normalization): Float32Array {
  const channels = offset.length;
  return data.map((value, i) => value / scale[i % channels] + offset[i % channels]);
}

/** What the text of `normalization.json` says. */
export function parseNormalization(text: string): Normalization {
  return schema.parse(JSON.parse(text));
}
