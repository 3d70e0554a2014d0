import { describe, expect, it } from 'vitest';
import {
  dequantizeSteps,
  quantizeFloat,
  quantizeValue,
  rescaleValue,
} from '../../src/kernels/int8/quantize.ts';

describe('quantizeFloat', () => {
  const quantized = (scale: number, zeroPoint: number, ...reals: number[]): number[] => {
    const output = new Int8Array(reals.length);
    quantizeFloat({ scale, zeroPoint, min: -128, max: 127 }, Float32Array.from(reals), output);
    return Array.from(output);
  };

  it('rounds halves away from zero, before the zero point is added', () => {
    expect(quantized(0.5, 3, 0.25, -0.25, 0.75, -0.75, 0.2, -0.2)).toEqual([4, 2, 5, 1, 3, 3]);
  });

  it('divides in float32', () => {
    // 0.25 / float32(0.1) is 2.49999996 as a double and 2.5 as a float32.
    expect(quantizeValue(0.25, Math.fround(0.1), 0)).toBe(3);
  });

  it('saturates, also where TFLM casts more steps than an int32 holds', () => {
    expect(quantized(0.5, -10, 1e3, -1e3, 1e30, -1e30, Infinity, -Infinity)).toEqual([
      127, -128, 127, -128, 127, -128,
    ]);
  });

  it('makes NaN the zero point, as a Cortex-M does', () => {
    expect(quantized(0.5, -10, Number.NaN)).toEqual([-10]);
  });
});

describe('dequantizeSteps', () => {
  it('multiplies the distance from the zero point', () => {
    const output = new Float32Array(4);
    dequantizeSteps(0.5, -3, Int8Array.of(-128, -3, -2, 127), output);
    expect(Array.from(output)).toEqual([-62.5, 0, 0.5, 65]);
  });
});

describe('rescaleValue', () => {
  it('rounds halves up where no right shift follows the product', () => {
    const half = { inputZeroPoint: 1, outputZeroPoint: 0, multiplier: { multiplier: 2 ** 30, shift: 0 } };
    expect([0, 1, 2, 3, 4].map((value) => rescaleValue(half, value) + 0)).toEqual([0, 0, 1, 1, 2]);
  });
});
