import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { orthogonalMatrix } from '../../src/training/orthogonal.ts';

/** The largest distance of M · Mᵀ from the identity, of Mᵀ · M where there are more rows than columns. */
function distance(matrix: Float32Array, rows: number, columns: number): number {
  const at = (vector: number, element: number): number =>
    rows <= columns ? matrix[vector * columns + element] : matrix[element * columns + vector];
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  let largest = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
      largest = Math.max(largest, Math.abs(product - (a === b ? 1 : 0)));
    }
  }
  return largest;
}

test.each([
  [1, 1],
  [1, 4],
  [7, 28],
  [28, 7],
  [60, 60],
  [128, 512],
])('vectors of [%i, %i] have length 1 and stand at right angles', (rows, columns) => {
  const matrix = orthogonalMatrix(rows, columns, createRandom(1, 'matrix'));
  expect(matrix).toHaveLength(rows * columns);
  expect(distance(matrix, rows, columns)).toBeLessThan(1e-6);
});

test('the seed decides, and no direction is preferred', () => {
  const of = (seed: number) => orthogonalMatrix(2, 2, createRandom(seed, 'matrix'));
  expect(of(3)).toEqual(of(3));
  expect(of(4)).not.toEqual(of(3));
  // Each element's square is 1/2 on average, its sign either.
  const matrices = Array.from({ length: 2000 }, (_, seed) => of(seed));
  for (let i = 0; i < 4; i++) {
    const mean = (value: (matrix: Float32Array) => number) =>
      matrices.reduce((sum, matrix) => sum + value(matrix), 0) / matrices.length;
    expect(Math.abs(mean((matrix) => matrix[i]))).toBeLessThan(0.06);
    expect(Math.abs(mean((matrix) => matrix[i] ** 2) - 0.5)).toBeLessThan(0.03);
  }
  // Reflections as often as rotations.
  const rotations = matrices.filter(([a, b, c, d]) => a * d - b * c > 0).length;
  expect(Math.abs(rotations / matrices.length - 0.5)).toBeLessThan(0.05);
});
