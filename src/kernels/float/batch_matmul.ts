import { type MatrixProducts, multiplyMatrices } from '../matrices.ts';

/** Every product and sum is rounded to float32. TFLM `reference_ops::BatchMatMul`. */
export function batchMatmulFloat(
  p: MatrixProducts,
): (a: Float32Array, b: Float32Array, output: Float32Array) => void {
  const multiply = multiplyMatrices(p);
  return (a, b, output) =>
    multiply((startA, startB, at) => {
      let sum = 0;
      for (let i = 0; i < p.depth; i++) {
        sum = Math.fround(sum + Math.fround(a[startA + i * p.a.depth] * b[startB + i * p.b.depth]));
      }
      output[at] = sum;
    });
}
