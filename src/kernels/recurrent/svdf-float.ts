/** SVDF in float32 (tflite-micro 90b983c, `EvalFloatSvdfReference`), rounded after every step as it is there. */

import type { SvdfShape } from './svdf-shape.ts';

export interface SvdfFloat extends SvdfShape {
  readonly clampMin: number;
  readonly clampMax: number;
}

const f = Math.fround;

/** The sum of `count` products, from the first on. */
function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = f(sum + f(a[fromA + i] * b[fromB + i]));
  return sum;
}

export function svdfFloat({ batches, depth, filters, memory, rank, clampMin, clampMax }: SvdfFloat) {
  const units = filters / rank;
  return (
    input: Float32Array,
    features: Float32Array,
    times: Float32Array,
    bias: Float32Array | undefined,
    state: Float32Array,
    output: Float32Array,
  ): void => {
    state.copyWithin(0, 1);
    for (let batch = 0; batch < batches; batch++) {
      const row = batch * filters;
      for (let filter = 0; filter < filters; filter++) {
        state[(row + filter + 1) * memory - 1] = dot(features, filter * depth, input, batch * depth, depth);
      }
      for (let unit = 0; unit < units; unit++) {
        let sum = bias?.[unit] ?? 0;
        for (let filter = unit * rank; filter < (unit + 1) * rank; filter++) {
          sum = f(sum + dot(times, filter * memory, state, (row + filter) * memory, memory));
        }
        output[batch * units + unit] = Math.min(Math.max(clampMin, sum), clampMax);
      }
    }
  };
}
