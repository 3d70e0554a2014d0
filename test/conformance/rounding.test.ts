/**
 * TFLM takes some multipliers in float32 and some in doubles (tflite-micro 90b983c). They part at a tie only: each case
 * here lies on one, and gives the other number if the scales are rounded where they should not be, or not where they
 * should.
 */

import { describe, expect, it } from 'vitest';
import { perAxis, perTensor, type QuantParams } from '../../src/core/quant-params.ts';
import type { TensorData } from '../../src/core/tensor.ts';
import { type Operand, runOne } from '../ops/one-node.ts';
import { multiplierOf, scaled } from './exact.ts';

function int8(quant: QuantParams, shape: number[], ...values: number[]): Operand {
  return { type: { dtype: 'int8', shape, quant }, data: Int8Array.from(values) };
}

const one = (scale: number, value: number): Operand => int8(perTensor(scale, 0), [1], value);
const output = (scale: number) => one(scale, 0).type;
const none = { activation: 'none' } as const;
const dense = { activation: 'none', keepNumDims: false } as const;
const row = int8(perTensor(0.03, 0), [1, 1], 10);
const denseOutput = int8(perTensor(0.01, 0), [1, 2], 0, 0).type;

const cases: readonly (readonly [string, () => TensorData, number])[] = [
  ['ADD: doubles', () => runOne('add', none, [one(0.06, 10), one(0.35, 7)], output(0.1)), 30],
  ['SUB: float32', () => runOne('sub', none, [one(0.04, 3), one(0.07, 7)], output(0.02)), -18],
  ['MUL: doubles', () => runOne('mul', none, [one(0.03, 10), one(0.35, 5)], output(0.01)), 52],
  ['RELU: float32', () => runOne('relu', {}, [one(0.25, 1)], output(0.1)), 3],
  ['QUANTIZE int8 to int8: doubles', () => runOne('quantize', {}, [one(0.25, 1)], output(0.1)), 2],
  [
    'FULLY_CONNECTED per tensor: the product in float32',
    () => runOne('fully_connected', dense, [row, int8(perTensor(0.35, 0), [2, 1], 5, 5)], denseOutput),
    53,
  ],
  [
    'FULLY_CONNECTED per channel: doubles',
    () => runOne('fully_connected', dense, [row, int8(perAxis(0, [0.35, 0.35]), [2, 1], 5, 5)], denseOutput),
    52,
  ],
];

describe('scales are rounded to float32 where TFLM does it', () => {
  it.each(cases)('%s', (_, run, expected) => {
    expect(new Set(Array.from(run(), Number))).toEqual(new Set([expected]));
  });

  it('the two ways part', () => {
    const f = Math.fround;
    const product = f(0.03) * f(0.35);
    expect(scaled(50n, multiplierOf(product / f(0.01)))).toBe(52n);
    expect(scaled(50n, multiplierOf(f(product) / f(0.01)))).toBe(53n);
    expect(scaled(1n, multiplierOf(0.25 / f(0.1)))).toBe(2n);
    expect(scaled(1n, multiplierOf(f(0.25 / f(0.1))))).toBe(3n);
  });
});
