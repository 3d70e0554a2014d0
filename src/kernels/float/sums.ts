/** Sums of several tensors, and along an axis. TFLM `reference_ops::AddN` and `CumSum`. */

import { type Cumulation, cumulationRows } from '../cumulation.ts';

export function addNFloat(inputs: readonly Float32Array[], output: Float32Array): void {
  output.fill(0);
  // Storing a sum rounds it to float32.
  for (const input of inputs) for (let i = 0; i < output.length; i++) output[i] += input[i];
}

export function cumsumFloat(cumulation: Cumulation): (input: Float32Array, output: Float32Array) => void {
  const { axis, exclusive } = cumulation;
  const { starts, step } = cumulationRows(cumulation);
  return (input, output) => {
    for (const first of starts) {
      let sum = 0;
      for (let i = 0, at = first; i < axis; i++, at += step) {
        const next = Math.fround(sum + input[at]);
        output[at] = exclusive ? sum : next;
        sum = next;
      }
    }
  };
}
