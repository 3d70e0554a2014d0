import { describe, expect, it } from 'vitest';
import {
  highMul,
  INT32_MAX,
  INT32_MIN,
  multiplyWideByQuantizedMultiplier,
  roundHalfAway,
  roundingDivideByPowerOfTwo,
} from '../../src/core/fixed-point.ts';
import { createRandom } from '../../src/core/random.ts';

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

/** As C computes it with int64, the result cut off to 32 bits. */
function wideOracle(x: number, multiplier: number, shift: number): number {
  const reduced = multiplier < 0x7fff0000 ? (BigInt(multiplier) + 32768n) >> 16n : 32767n;
  const bits = BigInt(15 - shift);
  return asInt32((BigInt(x) * reduced + (1n << (bits - 1n))) >> bits);
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

  it('multiplyWideByQuantizedMultiplier, at every shift', () => {
    const most = 2 ** 47;
    const powers = [7, 16, 22, 23, 24, 25, 31, 32, 36, 37, 38, 39, 46].map((exponent) => 2 ** exponent);
    const near = powers.flatMap((power) => [power - 1, power, power + 1, -power - 1, -power, -power + 1]);
    const drawn = Array.from({ length: 60 }, () => Math.floor((random.uniform() * 2 - 1) * most));
    const sums = [0, 1, -1, most - 1, -most, ...near, ...drawn];
    const multipliers = [0, 1 << 30, INT32_MAX, 0x7fff0000, 0x7ffeffff, 0x7fff0001, 0x40007fff, 0x40008000];
    for (const multiplier of [...multipliers, ...operands.map((x) => (x & INT32_MAX) | (1 << 30))]) {
      for (let shift = -31; shift <= 7; shift++) {
        for (const x of sums) {
          const actual = multiplyWideByQuantizedMultiplier(x, multiplier, shift);
          const expected = wideOracle(x, multiplier, shift);
          if (actual !== expected) expect.fail(`${x}, ${multiplier}, ${shift}: ${actual}, not ${expected}`);
        }
      }
    }
  });

  it('roundHalfAway keeps clear of the double below one half', () => {
    expect([0.49999999999999994, 0.5, -0.5, -0.4, 1.5, -2.5].map(roundHalfAway)).toEqual([
      0, 1, -1, 0, 2, -3,
    ]);
  });

  it('roundHalfAway leaves what is no finite number, what is too large for halves, and no −0', () => {
    const values = [Infinity, -Infinity, Number.NaN, 2 ** 53 + 2, -(2 ** 60), -0, -0.25];
    expect(values.map(roundHalfAway)).toEqual([
      Infinity,
      -Infinity,
      Number.NaN,
      2 ** 53 + 2,
      -(2 ** 60),
      0,
      0,
    ]);
  });
});
