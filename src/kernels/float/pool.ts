/** Pooling of float images NHWC. TFLM `reference_ops::AveragePool`, `MaxPool` and `L2Pool`. */

import { slide, type Window } from '../window.ts';
import type { FloatClamp } from './finish-channels.ts';
import { LOWEST_FLOAT } from './reduce.ts';

export interface PoolFloat extends FloatClamp {
  readonly window: Window;
  readonly depth: number;
}

/** Taps outside the image do not count. */
export function averagePoolFloat(p: PoolFloat): (input: Float32Array, output: Float32Array) => void {
  const { depth, clampMin, clampMax } = p;
  // Storing a total rounds it to float32.
  const totals = new Float32Array(depth);
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
        let to = pixel * depth;
        for (let channel = 0; channel < depth; channel++) {
          output[to++] = Math.min(Math.max(totals[channel] / taps, clampMin), clampMax);
        }
      },
    });
}

export function maxPoolFloat(p: PoolFloat): (input: Float32Array, output: Float32Array) => void {
  const { depth, clampMin, clampMax } = p;
  const totals = new Float32Array(depth);
  return (input, output) =>
    slide(p.window, {
      begin() {
        totals.fill(LOWEST_FLOAT);
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
          output[to++] = Math.min(Math.max(totals[channel], clampMin), clampMax);
        }
      },
    });
}

/** Taps outside the image do not count. */
export function l2PoolFloat(p: PoolFloat): (input: Float32Array, output: Float32Array) => void {
  const { depth, clampMin, clampMax } = p;
  const squares = new Float32Array(depth);
  let taps = 0;
  return (input, output) =>
    slide(p.window, {
      begin() {
        taps = 0;
        squares.fill(0);
      },
      tap(pixel) {
        taps++;
        let from = pixel * depth;
        for (let channel = 0; channel < depth; channel++, from++) {
          squares[channel] += Math.fround(input[from] * input[from]);
        }
      },
      end(pixel) {
        let to = pixel * depth;
        for (let channel = 0; channel < depth; channel++) {
          const root = Math.sqrt(Math.fround(squares[channel] / taps));
          output[to++] = Math.min(Math.max(root, clampMin), clampMax);
        }
      },
    });
}
