/** Normalizations of rows of `depth` values. */

/** TFLM's epsilon, as the float32 that it is (micro/kernels/l2norm.cc). */
const LEAST_NORM = Math.fround(1e-6);

/** Rows of length 1. TFLM `reference_ops::L2Normalization`. */
export function l2NormalizationFloat(depth: number, input: Float32Array, output: Float32Array): void {
  for (let start = 0; start < input.length; start += depth) {
    let sum = 0;
    for (let i = start; i < start + depth; i++) sum = Math.fround(sum + Math.fround(input[i] * input[i]));
    const norm = Math.max(Math.fround(Math.sqrt(sum)), LEAST_NORM);
    for (let i = start; i < start + depth; i++) output[i] = input[i] / norm;
  }
}

/** x − max − log Σ exp(x − max). TFLM `reference_ops::LogSoftmax`. */
export function logSoftmaxFloat(depth: number, input: Float32Array, output: Float32Array): void {
  for (let start = 0; start < input.length; start += depth) {
    let max = -Infinity;
    for (let i = start; i < start + depth; i++) max = Math.max(max, input[i]);
    let sum = 0;
    for (let i = start; i < start + depth; i++) {
      sum = Math.fround(sum + Math.fround(Math.exp(Math.fround(input[i] - max))));
    }
    const logSum = Math.fround(Math.log(sum));
    for (let i = start; i < start + depth; i++) output[i] = Math.fround(input[i] - max) - logSum;
  }
}
