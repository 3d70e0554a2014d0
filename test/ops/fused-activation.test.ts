import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import { type FusedActivation, floatClamp, quantizedClamp } from '../../src/ops/fused-activation.ts';

describe('fused activations', () => {
  const cases: readonly (readonly [FusedActivation, number, number, number, number])[] = [
    // activation, scale, zero point, min, max
    ['none', 0.5, 10, -128, 127],
    ['relu', 0.5, 10, 10, 127],
    ['relu', 0.5, -128, -128, 127],
    ['relu6', 0.5, 10, 10, 22],
    ['relu6', 0.01, 10, 10, 127],
    ['relu6', 4, -128, -128, -126], // 1.5 rounds away from zero
    ['relu_n1_to_1', 0.5, 10, 8, 12],
    ['relu_n1_to_1', 2, 0, -1, 1], // so do −0.5 and 0.5
    ['relu_n1_to_1', 0.001, 0, -128, 127],
    ['relu6', 1e-38, 5, 5, 127],
  ];

  it.each(cases)('%s at scale %d and zero point %d', (activation, scale, zeroPoint, min, max) => {
    expect(quantizedClamp(activation, 'int8', perTensor(scale, zeroPoint))).toEqual({ min, max });
  });

  it('reach as far as the type', () => {
    expect(quantizedClamp('none', 'int16', perTensor(0.5, 0))).toEqual({ min: -32768, max: 32767 });
    expect(quantizedClamp('relu6', 'int16', perTensor(0.001, 0))).toEqual({ min: 0, max: 6000 });
  });

  it('limit real numbers', () => {
    expect(floatClamp('none')).toEqual({ min: -Infinity, max: Infinity });
    expect(floatClamp('relu')).toEqual({ min: 0, max: Infinity });
    expect(floatClamp('relu6')).toEqual({ min: 0, max: 6 });
    expect(floatClamp('relu_n1_to_1')).toEqual({ min: -1, max: 1 });
  });
});
