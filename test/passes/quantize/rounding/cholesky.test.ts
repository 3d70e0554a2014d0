import { expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { cholesky } from '../../../../src/passes/quantize/rounding/cholesky.ts';

/** A · Aᵀ and something on the diagonal. */
function positiveDefinite(size: number): Float64Array {
  const random = createRandom(size, 'cholesky');
  const a = Float64Array.from({ length: size * size }, () => random.normal());
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = i === j ? 0.5 : 0;
    for (let k = 0; k < size; k++) sum += a[i * size + k] * a[j * size + k];
    return sum;
  });
}

it.each([1, 2, 4, 5, 11, 24])('finds R with Rᵀ · R the matrix: %i', (size) => {
  const matrix = positiveDefinite(size);
  const upper = matrix.slice();
  expect(cholesky(upper, size)).toBe(true);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let square = 0;
      for (let k = 0; k <= i; k++) square += upper[k * size + i] * upper[k * size + j];
      expect(square).toBeCloseTo(matrix[i * size + j], 9);
    }
  }
});

it('refuses a matrix that is not positive definite', () => {
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
});
