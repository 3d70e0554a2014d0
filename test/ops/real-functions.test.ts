/** Where functions of one number have no value, turn, or round. */

import { describe, expect, it } from 'vitest';
import { inverseSquareRoot } from '../../src/core/fixed-point.ts';
import { perTensor } from '../../src/core/quant-params.ts';
import type { OpKind } from '../../src/ops/index.ts';
import { runOne } from './one-node.ts';

function floats(kind: OpKind, values: readonly number[]): number[] {
  const type = { dtype: 'float32', shape: [values.length] } as const;
  return Array.from(runOne(kind, {} as never, [{ type, data: Float32Array.from(values) }], type), Number);
}

describe('float32', () => {
  it.each([
    ['round', [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, -0.3, 0.49999997], [0, 2, 2, 0, -2, -2, 0, 0]],
    [
      'round',
      [8388609, -8388609, Infinity, -Infinity, Number.NaN],
      [8388609, -8388609, Infinity, -Infinity, Number.NaN],
    ],
    ['floor', [-0.5, 0.99999994, -Infinity], [-1, 0, -Infinity]],
    ['ceil', [-1.5, 1e-30, Infinity], [-1, 1, Infinity]],
    ['log', [0, 1, -1, Infinity], [-Infinity, 0, Number.NaN, Infinity]],
    ['sqrt', [0, -1, 4, Infinity], [0, Number.NaN, 2, Infinity]],
    ['rsqrt', [0, -1, 4, Infinity], [Infinity, Number.NaN, 0.5, 0]],
    ['exp', [-Infinity, 0, 1000], [0, 1, Infinity]],
    ['square', [1e30, -3], [Infinity, 9]],
    ['abs', [-Infinity, -0, 2], [Infinity, 0, 2]],
    ['neg', [Infinity, 2], [-Infinity, -2]],
  ] as const)('%s of %j', (kind, values, expected) => {
    expect(floats(kind, values)).toEqual(expected);
  });
});

describe('casts', () => {
  it('of float32 to integers cut off, saturate at 32 bits, and keep the lowest byte of int8', () => {
    const type = { dtype: 'float32', shape: [7] } as const;
    const data = Float32Array.of(-1.9, 2.9, 3e9, -3e9, Number.NaN, 200.5, -129);
    const operand = [{ type, data }];
    expect(runOne('cast', {}, operand, { dtype: 'int32', shape: [7] })).toEqual(
      Int32Array.of(-1, 2, 2147483647, -2147483648, 0, 200, -129),
    );
    expect(runOne('cast', {}, operand, { dtype: 'int8', shape: [7] })).toEqual(
      Int8Array.of(-1, 2, -1, 0, 0, -56, 127),
    );
  });
});

describe('a divisor of 0', () => {
  it.each([
    ['div', { activation: 'none' }, { dtype: 'int32', shape: [1] }, Int32Array.of(0)],
    ['floor_div', {}, { dtype: 'float32', shape: [1] }, Float32Array.of(-0)],
    [
      'div',
      { activation: 'none' },
      { dtype: 'int8', shape: [1], quant: perTensor(0.01, 7) },
      Int8Array.of(7),
    ],
  ] as const)('is refused by %s %j of %j', (kind, attributes, type, data) => {
    const operand = { type, data };
    expect(() => runOne(kind, attributes as never, [operand, operand], { ...type })).toThrow(
      /^(DIV|FLOOR_DIV) "node": divides by 0/,
    );
  });

  it('is infinite in float32', () => {
    const type = { dtype: 'float32', shape: [2] } as const;
    const [x, y] = [Float32Array.of(1, -1), Float32Array.of(0, 0)].map((data) => ({ type, data }));
    expect(runOne('div', { activation: 'none' }, [x, y], type)).toEqual(Float32Array.of(Infinity, -Infinity));
    expect(runOne('div', { activation: 'relu6' }, [x, y], type)).toEqual(Float32Array.of(6, 0));
  });
});

describe('int8', () => {
  it('the root of 0 is the largest value', () => {
    const type = { dtype: 'int8', shape: [2], quant: perTensor(1, -128) } as const;
    const output = { dtype: 'int8', shape: [2], quant: perTensor(1 / 128, 0) } as const;
    const result = runOne('rsqrt', {}, [{ type, data: Int8Array.of(-128, -124) }], output);
    expect(result).toEqual(Int8Array.of(127, 64));
  });

  it('the size of the least value may saturate', () => {
    const type = { dtype: 'int8', shape: [3], quant: perTensor(1, 100) } as const;
    const data = Int8Array.of(-128, 100, 127);
    expect(runOne('abs', {}, [{ type, data }], { ...type, quant: perTensor(1, -100) })).toEqual(
      Int8Array.of(127, -100, -73),
    );
  });

  it.each([1, 2, 3, 4, 255, 65536, 2 ** 29, 2 ** 31 - 1])('1 / √%i as a multiplier', (x) => {
    const { multiplier, shift } = inverseSquareRoot(x);
    expect(Math.abs(multiplier * 2 ** (shift - 31) * Math.sqrt(x) - 1)).toBeLessThan(2e-6);
  });
});
