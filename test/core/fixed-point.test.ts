import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  expOnNegativeValues,
  highMul,
  INT32_MAX,
  INT32_MIN,
  logisticQ4,
  multiplyByQuantizedMultiplier,
  oneOverOnePlus,
  quantizeMultiplier,
  roundHalfAway,
  roundingDivideByPowerOfTwo,
  tanhQ4,
} from '../../src/core/fixed-point.ts';
import { createRandom } from '../../src/core/random.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';

type Section = { columns: string[]; rows: (number | string)[][] };
const recorded = sharedPath('golden', 'arithmetic.json');
const sections = (recorded ? JSON.parse(readFileSync(recorded, 'utf8')) : {}) as Record<string, Section>;

/** A C99 hexadecimal double literal. */
function hexDouble(literal: string): number {
  const match = /^(-?)0x([01])(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(literal);
  if (match === null) throw new Error(`not a hexadecimal double: ${literal}`);
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = BigInt(`0x${whole}${fraction}`);
  return (sign === '-' ? -1 : 1) * Number(digits) * 2 ** (Number(exponent) - 4 * fraction.length);
}

describe.skipIf(recorded === undefined)(`fixed point, as recorded from TFLM (${NO_SHARED})`, () => {
  const numbers = (row: (number | string)[]): number[] => row as number[];
  const cases: [string, (row: (number | string)[]) => [unknown, unknown]][] = [
    [
      'quantize_multiplier',
      ([real, multiplier, shift]) => [quantizeMultiplier(hexDouble(String(real))), { multiplier, shift }],
    ],
    ['saturating_rounding_doubling_high_mul', (row) => [highMul(numbers(row)[0], numbers(row)[1]), row[2]]],
    [
      'rounding_divide_by_pot',
      (row) => [roundingDivideByPowerOfTwo(numbers(row)[0], numbers(row)[1]), row[2]],
    ],
    [
      'multiply_by_quantized_multiplier_int32',
      (row) => [multiplyByQuantizedMultiplier(numbers(row)[0], numbers(row)[1], numbers(row)[2]), row[3]],
    ],
    ['exp_on_negative_values', (row) => [expOnNegativeValues(numbers(row)[0], numbers(row)[1]), row[2]]],
    ['one_over_one_plus_x_for_x_in_0_1', (row) => [oneOverOnePlus(numbers(row)[0]), row[1]]],
    ['logistic_q4_27', (row) => [logisticQ4(numbers(row)[0]), row[1]]],
    ['tanh_q4_27', (row) => [tanhQ4(numbers(row)[0]), row[1]]],
  ];
  it.each(cases)('%s', (name, evaluate) => {
    const { rows } = sections[name];
    expect(rows.length).toBeGreaterThan(100);
    for (const row of rows) {
      const [actual, expected] = evaluate(row);
      expect(actual, JSON.stringify(row)).toEqual(expected);
    }
  });
});

const asInt32 = (x: bigint): number => Number(BigInt.asIntN(32, x));

/** floor(a·b / 2^31 + 1/2) in exact integers. */
function highMulOracle(a: number, b: number): number {
  const product = BigInt(a) * BigInt(b) + (1n << 30n);
  return product === (1n << 62n) + (1n << 30n) ? INT32_MAX : asInt32(product >> 31n);
}

function divideOracle(x: number, exponent: number): number {
  const magnitude = BigInt(Math.abs(x));
  const half = exponent === 0 ? 0n : 1n << BigInt(exponent - 1);
  const rounded = (magnitude + half) >> BigInt(exponent);
  return Number(x < 0 ? -rounded : rounded);
}

describe('fixed point, against exact integers', () => {
  const edges = [0, 1, -1, 2, -2, 1 << 30, -(1 << 30), INT32_MAX, INT32_MIN, INT32_MIN + 1, 65535, -65536];
  const random = createRandom(1, 'fixed-point test');
  const operands = [...edges, ...Array.from({ length: 100 }, () => random.uint32() | 0)];

  it('highMul', () => {
    for (const a of operands) for (const b of operands) expect(highMul(a, b)).toBe(highMulOracle(a, b));
  });

  it('roundingDivideByPowerOfTwo', () => {
    for (const x of operands) {
      for (let exponent = 0; exponent <= 31; exponent++) {
        expect(roundingDivideByPowerOfTwo(x, exponent), `${x} / 2^${exponent}`).toBe(
          divideOracle(x, exponent) + 0,
        );
      }
    }
  });

  it('roundHalfAway keeps clear of the double below one half', () => {
    expect([0.49999999999999994, 0.5, -0.5, -0.4, 1.5, -2.5].map(roundHalfAway)).toEqual([
      0, 1, -1, 0, 2, -3,
    ]);
  });
});
