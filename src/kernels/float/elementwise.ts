/** Float kernels that treat every element alike. Results are rounded to float32 by the arrays they are stored in. */

import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import type { FloatClamp } from './finish-channels.ts';

export interface BinaryFloat extends FloatClamp {
  readonly broadcast: Broadcast;
}

/** One result of each pair of elements. A loop of its own for each function: one that called them would pay for every call. */
export type BinaryLoop = (a: Float32Array, b: Float32Array, results: Float32Array) => void;

export function addFloats(a: Float32Array, b: Float32Array, results: Float32Array): void {
  for (let i = 0; i < results.length; i++) results[i] = a[i] + b[i];
}

export function subtractFloats(a: Float32Array, b: Float32Array, results: Float32Array): void {
  for (let i = 0; i < results.length; i++) results[i] = a[i] - b[i];
}

export function multiplyFloats(a: Float32Array, b: Float32Array, results: Float32Array): void {
  for (let i = 0; i < results.length; i++) results[i] = a[i] * b[i];
}

export function divideFloats(a: Float32Array, b: Float32Array, results: Float32Array): void {
  for (let i = 0; i < results.length; i++) results[i] = a[i] / b[i];
}

/** Gives an operand with as many elements as there are results. */
function spreadOver(index: Int32Array | undefined): (operand: Float32Array) => Float32Array {
  if (index === undefined) return (operand) => operand;
  const all = new Float32Array(index.length);
  return (operand) => {
    for (let i = 0; i < all.length; i++) all[i] = operand[index[i]];
    return all;
  };
}

/** What `combine` makes of operands that are broadcast, within bounds, which are float32 as the results are. */
export function binaryFloat(p: BinaryFloat, combine: BinaryLoop): BinaryLoop {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const [spreadA, spreadB] = [spreadOver(indexA), spreadOver(indexB)];
  const isBounded = p.clampMin > -Infinity || p.clampMax < Infinity;
  return (a, b, output) => {
    combine(spreadA(a), spreadB(b), output);
    if (isBounded) clampFloat(p.clampMin, p.clampMax, output, output);
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
