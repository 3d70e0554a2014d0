/** Pooling of int8 or int16 images NHWC, in the scale of the input. TFLM `reference_integer_ops::AveragePool` and `MaxPool`. */

import { clamp } from '../int8/requantize.ts';
import { slide, type Window } from '../window.ts';
import type { QuantizedData } from './quantized-data.ts';

export interface PoolQuantized {
  readonly window: Window;
  readonly clampMin: number;
  readonly clampMax: number;
  readonly depth: number;
}

/** Taps outside the image do not count; ties round away from zero. */
export function averagePoolQuantized(
  p: PoolQuantized,
): (input: QuantizedData, output: QuantizedData) => void {
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

/** Below every value; the clamp raises it to the least of the type. */
const LEAST = -32768;

export function maxPoolQuantized(p: PoolQuantized): (input: QuantizedData, output: QuantizedData) => void {
  const { depth, clampMin, clampMax } = p;
  const totals = new Int32Array(depth);
  return (input, output) =>
    slide(p.window, {
      begin() {
        totals.fill(LEAST);
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
