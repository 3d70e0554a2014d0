import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { createSimdRounder, type Rounder } from '../../../../src/kernels/simd/rounder.ts';
import { createPlainRounder } from '../../../../src/passes/quantize/rounding/plain-rounder.ts';

const LIMIT = 7;

/** The upper triangle of A · Aᵀ and something on the diagonal. */
function fill({ matrix, size, stride }: Rounder): void {
  const random = createRandom(size, 'rounder');
  const a = Float64Array.from({ length: size * size }, () => random.normal());
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let sum = i === j ? 0.5 : 0;
      for (let k = 0; k < size; k++) sum += a[i * size + k] * a[j * size + k];
      matrix[i * stride + j] = sum;
    }
  }
}

function upper({ matrix, size, stride }: Rounder): number[] {
  return Array.from({ length: size }, (_, i) => [
    ...matrix.subarray(i * stride + i, i * stride + size),
  ]).flat();
}

/** Of as many units as are asked for, each second one alone: some weights reach the limit, and some are between two steps. */
function rounded(rounder: Rounder, units: number): { steps: number[]; cost: number }[] {
  const { size, lanes, weights, scales, shares, steps, costs } = rounder;
  return Array.from({ length: units }, (_, unit) => {
    const lane = unit % lanes;
    const random = createRandom(unit, 'unit');
    for (let i = 0; i < size; i++) {
      weights[i * lanes + lane] = random.below(4) === 0 ? random.below(9) / 2 - 2 : 2 * random.normal();
    }
    scales[lane] = random.below(2) === 0 ? 0.5 : 0.2 + random.uniform();
    shares[lane] = unit % 2;
    rounder.round(LIMIT);
    const own = Array.from({ length: size }, (_, i) => steps[i * lanes + lane]);
    return { steps: own, cost: costs[lane] };
  });
}

describe('weights rounded with WebAssembly', () => {
  it.each([1, 3, 4, 15, 16, 17, 31, 32, 33, 50, 70])('have the bytes of plain loops: %i', (size) => {
    const plain = createPlainRounder(size);
    const fast = createSimdRounder(size) as Rounder;
    for (const rounder of [plain, fast]) {
      fill(rounder);
      expect(rounder.factorize()).toBe(true);
    }
    expect(upper(fast)).toEqual(upper(plain));
    expect(rounded(fast, 19)).toEqual(rounded(plain, 19));
  });

  it.each([2, 40])('are none where the matrix is not positive definite, in its last row: %i', (size) => {
    for (const rounder of [createPlainRounder(size), createSimdRounder(size) as Rounder]) {
      fill(rounder);
      rounder.matrix[(size - 1) * rounder.stride + size - 1] = 0;
      expect(rounder.factorize()).toBe(false);
    }
  });
});
