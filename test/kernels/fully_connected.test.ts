import { describe, expect, it } from 'vitest';
import { fullyConnectedFloat } from '../../src/kernels/float/fully_connected.ts';
import { fullyConnectedInt8 } from '../../src/kernels/int8/fully_connected.ts';

const one = { batches: 1, depth: 2, units: 1, outputZeroPoint: 0, clampMin: -128, clampMax: 127 };

/** sum · 2^−24, so that the high byte of the accumulator shows. */
function highByte(weights: readonly number[], bias: number): number {
  const output = new Int8Array(1);
  const shift = { inputZeroPoint: -128, weightsZeroPoint: 0, multipliers: [2 ** 30], shifts: [-23] };
  const product = fullyConnectedInt8({ ...one, ...shift });
  product(Int8Array.of(127, 127), Int8Array.from(weights), Int32Array.of(bias), output);
  return output[0];
}

describe('fullyConnectedInt8', () => {
  it('wraps the accumulator as an int32', () => {
    // 2 · 255 · 127 = 64770.
    expect(highByte([127, 127], 2147483647 - 64770)).toBe(127);
    expect(highByte([127, 127], 2147483647 - 64769)).toBe(-128);
    expect(highByte([-128, -128], -2147483648 + 65280)).toBe(-128);
    expect(highByte([-128, -128], -2147483648 + 65279)).toBe(127);
  });
});

describe('fullyConnectedFloat', () => {
  it('rounds every product and every sum to float32', () => {
    const output = new Float32Array(1);
    const product = fullyConnectedFloat({ ...one, depth: 3, clampMin: -Infinity, clampMax: Infinity });
    product(Float32Array.of(1, 1, 1), Float32Array.of(2 ** 24, 1, -(2 ** 24)), undefined, output);
    expect(output[0]).toBe(0);
    product(Float32Array.of(1, 1, 1), Float32Array.of(2 ** 24, 2, -(2 ** 24)), undefined, output);
    expect(output[0]).toBe(2);
  });
});
