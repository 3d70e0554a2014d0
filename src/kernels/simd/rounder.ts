/** Weights rounded one after another, each making up for the errors of those before it: what that takes of memory, and its loops in WebAssembly. */

import { alignUp } from '../../core/alignment.ts';
import { simdExports } from './simd-instance.ts';
import type { Address } from './simd-plan.ts';

/** Rounds some units at a time, its lanes, that have the same inputs. All arrays are to be filled and read where they lie. */
export interface Rounder {
  /** Weights of a unit. */
  readonly size: number;
  /** `[size, stride]`: the upper triangle of the covariance of the inputs, until `factorize`. */
  readonly matrix: Float64Array;
  readonly stride: number;
  readonly lanes: number;
  /** `[size, lanes]`, in the order of the matrix; the last is rounded first. */
  readonly weights: Float64Array;
  /** Of each lane; never 0. */
  readonly scales: Float64Array;
  /** 1, or 0 for a lane whose weights go to the nearest integers, whatever their errors. */
  readonly shares: Float64Array;
  /** `[size, lanes]`: `weights ≈ scales · steps`. */
  readonly steps: Int32Array;
  /** Of each lane errorᵀ · covariance · error. */
  readonly costs: Float64Array;
  /** Makes R, with covariance = Rᵀ · R, in place of the matrix; false where that is not positive definite. */
  factorize(): boolean;
  /** Steps within ± `limit`, and their costs, of all lanes. */
  round(limit: number): void;
}

interface RounderKernels {
  cholesky(matrix: Address, size: number, width: number, packed: Address): number;
  roundLanes(
    factor: Address,
    size: number,
    rowBytes: number,
    lanes: Address,
    limit: number,
    weights: Address,
    errors: Address,
    steps: Address,
  ): void;
}

const PAGE_BYTES = 65536;
const LANES = 16;
/** Of rows of the matrix that lie packed. */
const PACKED_ROWS = 16;
const TILE = 4;

/** The bytes of plain loops; undefined where there is no SIMD, or not as much memory. */
export function createSimdRounder(size: number): Rounder | undefined {
  const stride = alignUp(size, TILE);
  let end = 0;
  const take = (bytes: number): Address => {
    const at = end;
    end += alignUp(bytes);
    return at;
  };
  const matrix = take(8 * stride * stride);
  const packed = take(8 * PACKED_ROWS * stride);
  const lanes = take(8 * 3 * LANES);
  const weights = take(8 * size * LANES);
  const errors = take(8 * size * LANES);
  const steps = take(4 * size * LANES);
  const pages = Math.ceil(end / PAGE_BYTES);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const kernels = simdExports(memory) as RounderKernels | undefined;
    if (kernels === undefined) return undefined;
    const { buffer } = memory;
    const ofLanes = (index: number): Float64Array =>
      new Float64Array(buffer, lanes + 8 * LANES * index, LANES);
    const [scales, shares, costs] = [0, 1, 2].map(ofLanes);
    scales.fill(1);
    return {
      size,
      matrix: new Float64Array(buffer, matrix, size * stride),
      stride,
      lanes: LANES,
      weights: new Float64Array(buffer, weights, size * LANES),
      scales,
      shares,
      steps: new Int32Array(buffer, steps, size * LANES),
      costs,
      factorize: () => kernels.cholesky(matrix, size, stride, packed) !== 0,
      round(limit) {
        costs.fill(0);
        kernels.roundLanes(matrix, size, 8 * stride, lanes, limit, weights, errors, steps);
      },
    };
  } catch {
    return undefined;
  }
}
