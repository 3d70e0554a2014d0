/** Weights rounded one after another in plain loops. */

import { roundHalfAway } from '../../../core/fixed-point.ts';
import type { Rounder } from '../../../kernels/simd/rounder.ts';
import { cholesky } from './cholesky.ts';

/** So many meet each number of the factor, which is too large to stay close to the processor. */
const LANES = 4;

export function createPlainRounder(size: number): Rounder {
  const matrix = new Float64Array(size * size);
  const weights = new Float64Array(size * LANES);
  const scales = new Float64Array(LANES).fill(1);
  const shares = new Float64Array(LANES);
  const steps = new Int32Array(size * LANES);
  const costs = new Float64Array(LANES);
  const errors = new Float64Array(size * LANES);
  const pulls = new Float64Array(LANES);
  return {
    size,
    matrix,
    stride: size,
    lanes: LANES,
    weights,
    scales,
    shares,
    steps,
    costs,
    factorize: () => cholesky(matrix, size),
    round(limit) {
      costs.fill(0);
      for (let i = size - 1; i >= 0; i--) {
        const row = i * size;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let j = i + 1, at = LANES * j; j < size; j++, at += LANES) {
          const share = matrix[row + j];
          a += share * errors[at];
          b += share * errors[at + 1];
          c += share * errors[at + 2];
          d += share * errors[at + 3];
        }
        pulls[0] = a;
        pulls[1] = b;
        pulls[2] = c;
        pulls[3] = d;
        const own = matrix[row + i];
        for (let lane = 0; lane < LANES; lane++) {
          const at = i * LANES + lane;
          const weight = weights[at];
          const wanted = weight + shares[lane] * (pulls[lane] / own);
          const nearest = Math.max(-limit, Math.min(limit, roundHalfAway(wanted / scales[lane])));
          const error = weight - scales[lane] * nearest;
          steps[at] = nearest;
          errors[at] = error;
          const root = pulls[lane] + own * error;
          costs[lane] += root * root;
        }
      }
    },
  };
}
