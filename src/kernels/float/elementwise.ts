/** Float kernels that treat every element alike. Results are rounded to float32 by the arrays they are stored in. */

import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import type { FloatClamp } from './finish-channels.ts';

export interface BinaryFloat extends FloatClamp {
  readonly broadcast: Broadcast;
}

/** output[i] = clamp(combine(a[i], b[i])), operands broadcast. */
export function binaryFloat(
  p: BinaryFloat,
  combine: (a: number, b: number) => number,
): (a: Float32Array, b: Float32Array, output: Float32Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const result = combine(
        a[indexA === undefined ? i : indexA[i]],
        b[indexB === undefined ? i : indexB[i]],
      );
      output[i] = Math.min(Math.max(result, p.clampMin), p.clampMax);
    }
  };
}

export function clampFloat(min: number, max: number, input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < output.length; i++) output[i] = Math.min(Math.max(input[i], min), max);
}

export function logisticFloat(input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < output.length; i++) output[i] = 1 / (1 + Math.exp(-input[i]));
}

export function tanhFloat(input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < output.length; i++) output[i] = Math.tanh(input[i]);
}

export function leakyReluFloat(alpha: number, input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < output.length; i++) output[i] = input[i] > 0 ? input[i] : input[i] * alpha;
}

export function eluFloat(input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < output.length; i++) output[i] = input[i] < 0 ? Math.expm1(input[i]) : input[i];
}

export function hardSwishFloat(input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < output.length; i++) {
    output[i] = (input[i] * Math.min(6, Math.max(0, input[i] + 3))) / 6;
  }
}
