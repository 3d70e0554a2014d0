import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  choleskyFactor,
  type Matrix,
  product,
  transposed,
  zeroMatrix,
} from '../../../../src/training/compress/low-rank/matrix.ts';
import { singularValues } from '../../../../src/training/compress/low-rank/singular-values.ts';

const random = createRandom(3, 'singular values');

function drawn(rows: number, columns: number): Matrix {
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, () => random.normal()) };
}

function matrix(...rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0].length, data: Float64Array.from(rows.flat()) };
}

function farthest(a: Matrix, b: Matrix): number {
  return a.data.reduce((most, value, index) => Math.max(most, Math.abs(value - b.data[index])), 0);
}

function diagonal(values: Float64Array): Matrix {
  const result = zeroMatrix(values.length, values.length);
  for (const [index, value] of values.entries()) result.data[index * (values.length + 1)] = value;
  return result;
}

const scaled = (from: Matrix, factor: number): Matrix => ({
  ...from,
  data: from.data.map((value) => value * factor),
});

/** Eigenvalues 1/(i + j + 1): singular values fall to 1e-13 of the first. */
const hilbert = matrix(
  ...Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => 1 / (i + j + 1))),
);

const CASES: Readonly<Record<string, Matrix>> = {
  square: drawn(12, 12),
  wide: drawn(5, 40),
  tall: drawn(40, 5),
  'one row': drawn(1, 7),
  'one column': drawn(7, 1),
  'one element': matrix([-3]),
  zeros: zeroMatrix(4, 6),
  'rank 3 of 8': product(drawn(8, 3), drawn(3, 20)),
  'rank 1, tall': product(drawn(30, 1), drawn(1, 6)),
  'equal rows': matrix([1, 2, 3], [1, 2, 3], [1, 2, 3]),
  'zero rows and columns': matrix([0, 0, 0], [0, 5, 0], [0, 0, 0]),
  identity: diagonal(new Float64Array(9).fill(1)),
  hilbert,
  'as large as float32 goes': scaled(drawn(6, 6), 1e38),
  'as small as float32 goes': scaled(drawn(6, 6), 1e-45),
  'rows of all sizes': product(diagonal(Float64Array.of(1e20, 1, 1e-20, 1e-10)), drawn(4, 9)),
};

describe('singularValues', () => {
  for (const [name, given] of Object.entries(CASES)) {
    it(`decomposes: ${name}`, () => {
      const { left, values, right } = singularValues(given);
      const rank = Math.min(given.rows, given.columns);
      expect([left.rows, left.columns, right.rows, right.columns, values.length]).toEqual([
        given.rows,
        rank,
        given.columns,
        rank,
        rank,
      ]);
      const again = product(product(left, diagonal(values)), transposed(right));
      expect(farthest(again, given)).toBeLessThanOrEqual(1e-13 * values[0]);
      for (const basis of [left, right]) {
        expect(
          farthest(product(transposed(basis), basis), diagonal(new Float64Array(rank).fill(1))),
        ).toBeLessThan(1e-12);
      }
      expect(
        [...values].every((value, index) => value >= 0 && value <= (values[index - 1] ?? Infinity)),
      ).toBe(true);
    });
  }

  it('gives the values that are known', () => {
    expect([...singularValues(matrix([3, 0], [4, 5])).values]).toEqual([
      expect.closeTo(Math.sqrt(45), 12),
      expect.closeTo(Math.sqrt(5), 12),
    ]);
    expect([...singularValues(CASES['equal rows']).values]).toEqual([
      expect.closeTo(Math.sqrt(42), 12),
      0,
      0,
    ]);
    // The product is the determinant, 2.16417922643149e-53, though the last is 1e-13 of the first.
    const determinant = singularValues(hilbert).values.reduce((all, value) => all * value, 1);
    expect(determinant / 2.16417922643149e-53).toBeCloseTo(1, 2);
  });

  it('counts the rank', () => {
    expect(singularValues(CASES['rank 3 of 8']).values.filter((value) => value > 0)).toHaveLength(3);
  });
});

describe('choleskyFactor', () => {
  it('gives a triangle whose square is the matrix', () => {
    const root = drawn(7, 20);
    const square = product(root, transposed(root));
    const lower = choleskyFactor(square);
    expect(farthest(product(lower, transposed(lower)), square)).toBeLessThan(1e-12);
    expect(lower.data[1]).toBe(0);
  });
});
