import type { Broadcast } from '../../../../kernels/broadcast.ts';
import type { BinaryFloat } from '../../../../kernels/float/elementwise.ts';
import type { BinaryInt32 } from '../../../../kernels/int32/arithmetic.ts';
import { floatOf, literalOf } from '../../constant-pool.ts';
import {
  ARITHMETIC_FLOAT,
  ARITHMETIC_INT32,
  type Arithmetic,
  REAL_PAIR,
  type RealPair,
  SQUARED_DIFFERENCE_INT32,
} from '../../definitions/elements/plain-sums.ts';
import { pairwise } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';

export const arithmeticFloat =
  (name: Arithmetic) =>
  (step: CStep<unknown, BinaryFloat>): Emission => {
    const { broadcast, clampMin, clampMax } = step.prepared;
    if (clampMin === -Infinity && clampMax === Infinity)
      return pairwise(step, broadcast, ARITHMETIC_FLOAT(name, 'free'));
    return pairwise(step, broadcast, ARITHMETIC_FLOAT(name, 'clamped'), [clampMin, clampMax].map(floatOf));
  };

const INT32 = { min: -2147483648, max: 2147483647 };

export const arithmeticInt32 =
  (name: Arithmetic) =>
  (step: CStep<unknown, BinaryInt32>): Emission => {
    const { broadcast, clampMin, clampMax } = step.prepared;
    const limits = [Math.max(clampMin, INT32.min), Math.min(clampMax, INT32.max)];
    return pairwise(step, broadcast, ARITHMETIC_INT32(name), limits.map(literalOf));
  };

export const squaredDifferenceInt32 = (step: CStep<unknown, Broadcast>): Emission =>
  pairwise(step, step.prepared, SQUARED_DIFFERENCE_INT32);

/** Of two real numbers, without a fused activation. */
export const realPair =
  (name: RealPair) =>
  (step: CStep<unknown, Broadcast>): Emission =>
    pairwise(step, step.prepared, REAL_PAIR(name));
