import { describe, expect, it } from 'vitest';
import {
  highMul,
  INT32_MAX,
  INT32_MIN,
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
