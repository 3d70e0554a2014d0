import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { compensationOf, roundTogether } from '../../../../src/passes/quantize/rounding/compensate.ts';
import { Covariance, type RowElements } from '../../../../src/passes/quantize/rounding/covariance.ts';

const SIZE = 5;
const random = createRandom(5, 'rounding');

/** Rows whose numbers vary together. */
function correlated(count: number, size: number): Float64Array[] {
  return Array.from({ length: count }, () => {
    const common = random.normal();
    return Float64Array.from({ length: size }, (_, i) => 3 + common + (0.2 + 0.1 * i) * random.normal());
  });
}

function covarianceOf(
  rows: readonly Float64Array[],
  size: number,
  elements: RowElements = 'any',
): Float64Array {
  const covariance = new Covariance(size, elements);
  for (const row of rows) covariance.add(row);
  return covariance.matrix();
}

describe('Covariance', () => {
  it('is the mean of centred products', () => {
    const rows = correlated(10, SIZE);
    const matrix = covarianceOf(rows, SIZE);
    const mean = (of: (row: Float64Array) => number): number =>
      rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        const [a, b] = [mean((row) => row[i]), mean((row) => row[j])];
        expect(matrix[i * SIZE + j]).toBeCloseTo(
          mean((row) => (row[i] - a) * (row[j] - b)),
          10,
        );
      }
    }
  });

  it.each([16, 17, 40, 63])('is the same of bytes, to the last bit, with WebAssembly: %i', (size) => {
    const element = (): number => (random.below(8) === 0 ? 255 : random.below(511) - 255);
    const rows = Array.from({ length: 300 }, () => Float64Array.from({ length: size }, element));
    expect(covarianceOf(rows, size, 'bytes')).toEqual(covarianceOf(rows, size));
  });
});

/** Variance over rows of what the errors of the weights add. */
function errorPower(
  rows: readonly Float64Array[],
  weights: Float64Array,
  scale: number,
  steps: Int32Array,
): number {
  const sums = rows.map((row) => row.reduce((sum, x, i) => sum + x * (weights[i] - scale * steps[i]), 0));
  const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
  return sums.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sums.length;
}

describe('roundTogether', () => {
  it('is never worse than the nearest integers, and mostly near the best there are', () => {
    const rows = correlated(200, SIZE);
    const compensation = compensationOf(covarianceOf(rows, SIZE), SIZE, 0.01);
    if (compensation === undefined) throw new Error('no compensation');
    const scale = 0.3;
    let [nearest, together, best] = [0, 0, 0];
    for (let trial = 0; trial < 30; trial++) {
      const weights = Float64Array.from({ length: SIZE }, () => random.normal());
      const [steps] = roundTogether([{ weights, scale }], 127, compensation);
      const rounded = Int32Array.from(weights, (weight) => Math.round(weight / scale));
      // Every choice of floors and ceilings.
      let least = Infinity;
      for (let choice = 0; choice < 2 ** SIZE; choice++) {
        const other = Int32Array.from(weights, (w, i) => Math.floor(w / scale) + ((choice >> i) & 1));
        least = Math.min(least, errorPower(rows, weights, scale, other));
      }
      nearest += errorPower(rows, weights, scale, rounded);
      together += errorPower(rows, weights, scale, steps);
      best += least;
    }
    expect(together).toBeLessThan(0.5 * nearest);
    expect(together).toBeLessThan(2 * best);
  });

  it('stays within the limit', () => {
    const compensation = compensationOf(covarianceOf(correlated(50, SIZE), SIZE), SIZE, 0.1);
    if (compensation === undefined) throw new Error('no compensation');
    const weights = Float64Array.of(9, -9, 0.4, 7.4, -0.3);
    const [steps] = roundTogether([{ weights, scale: 1 }], 7, compensation);
    expect(Math.max(...steps.map(Math.abs))).toBe(7);
  });

  it('rounds every unit as if it were alone', () => {
    const compensation = compensationOf(covarianceOf(correlated(50, SIZE), SIZE), SIZE, 0.1);
    if (compensation === undefined) throw new Error('no compensation');
    const units = [0.2, 0.3, 0.1, 0.5, 0.4].map((scale) => ({
      weights: Float64Array.from({ length: SIZE }, () => random.normal()),
      scale,
    }));
    expect(roundTogether(units, 127, compensation)).toEqual(
      units.flatMap((unit) => roundTogether([unit], 127, compensation)),
    );
  });

  it('has nothing to go by where inputs never change', () => {
    expect(compensationOf(new Float64Array(4), 2, 0.1)).toBeUndefined();
  });
});
