/** Pooling of int8 images NHWC, in the scale of the input. TFLM `reference_integer_ops::AveragePool` and `MaxPool`. */

import { slide, type Window } from '../window.ts';
import { clamp } from './requantize.ts';

export interface PoolInt8 {
  readonly window: Window;
  readonly clampMin: number;
  readonly clampMax: number;
  readonly depth: number;
}

/** Taps outside the image do not count; ties round away from zero. */
export function averagePoolInt8(p: PoolInt8): (input: Int8Array, output: Int8Array) => void {
  const { depth, clampMin, clampMax } = p;
  const totals = new Int32Array(depth);
  let taps = 0;
  return (input, output) =>
    slide(p.window, {
      begin() {
        taps = 0;
        totals.fill(0);
      },
      tap(pixel) {
        taps++;
        let from = pixel * depth;
        for (let channel = 0; channel < depth; channel++) totals[channel] += input[from++];
      },
      end(pixel) {
        const half = Math.floor(taps / 2);
        let to = pixel * depth;
        for (let channel = 0; channel < depth; channel++) {
          const total = totals[channel];
          const average = Math.trunc((total > 0 ? total + half : total - half) / taps);
          output[to++] = clamp(average, clampMin, clampMax);
        }
      },
    });
}

export function maxPoolInt8(p: PoolInt8): (input: Int8Array, output: Int8Array) => void {
  const { depth, clampMin, clampMax } = p;
  const totals = new Int32Array(depth);
  return (input, output) =>
    slide(p.window, {
      begin() {
        totals.fill(-128);
      },
      tap(pixel) {
        let from = pixel * depth;
        for (let channel = 0; channel < depth; channel++) {
          const value = input[from++];
          if (value > totals[channel]) totals[channel] = value;
        }
      },
      end(pixel) {
        let to = pixel * depth;
        for (let channel = 0; channel < depth; channel++) {
          output[to++] = clamp(totals[channel], clampMin, clampMax);
        }
      },
    });
}
