/** Softmax over the last axis: rows of `depth` values, exp(beta · (x − max)) normalized to sum 1. */
export function softmaxFloat(beta: number, depth: number, input: Float32Array, output: Float32Array): void {
  for (let start = 0; start < input.length; start += depth) {
    let max = -Infinity;
    for (let i = 0; i < depth; i++) max = Math.max(max, input[start + i]);
    let sum = 0;
    for (let i = 0; i < depth; i++) {
      const exp = Math.exp((input[start + i] - max) * beta);
      output[start + i] = exp;
      sum += exp;
    }
    for (let i = 0; i < depth; i++) output[start + i] /= sum;
  }
}
