import { QUANTIZED_LIMITS, type QuantizedDType } from '../../../../core/tensor.ts';
import { ADD_LEFT_SHIFT } from '../../../../kernels/int8/add.ts';
import type { MulInt8 } from '../../../../kernels/int8/mul.ts';
import {
  SQUARED_DIFFERENCE_LEFT_SHIFT,
  type SquaredDifferenceInt8,
} from '../../../../kernels/int8/squared_difference.ts';
import { ADD_LEFT_SHIFT_INT16 } from '../../../../kernels/int16/add.ts';
import type { MulInt16 } from '../../../../kernels/int16/mul.ts';
import type { SquaredDifferenceInt16 } from '../../../../kernels/int16/squared_difference.ts';
import type { AddQuantized } from '../../../../kernels/quantized/add.ts';
import {
  ADD_QUANTIZED,
  MULTIPLY_QUANTIZED,
  SQUARED_DIFFERENCE_QUANTIZED,
} from '../../definitions/elements/sums-of-two.ts';
import { pairwise } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';
import { boundedProduct, boundedSum } from './bounded-pairs.ts';

/** Sums and differences, which the sign tells. */
const sumOf =
  (type: QuantizedDType, leftShift: number) =>
  (step: CStep<unknown, AddQuantized>): Emission => {
    const { prepared: p } = step;
    return pairwise(step, p.broadcast, ADD_QUANTIZED(type), [`&${numbersOf(step, p, leftShift)}`]);
  };

function numbersOf(
  { constants, label }: CStep<unknown, unknown>,
  p: Omit<AddQuantized, 'broadcast'>,
  leftShift: number,
): string {
  return constants.addStruct(label, 'struct sum_of_two', {
    enlarged: 2 ** leftShift,
    zero_a: p.a.zeroPoint,
    multiplier_a: p.a.multiplier.multiplier,
    shift_a: p.a.multiplier.shift,
    zero_b: p.b.zeroPoint,
    multiplier_b: p.b.multiplier.multiplier,
    shift_b: p.b.multiplier.shift,
    sign_b: p.signB,
    multiplier: p.outputMultiplier.multiplier,
    shift: p.outputMultiplier.shift,
    ...limitsBeforeZeroPoint(p),
  });
}

const anySumInt8 = sumOf('int8', ADD_LEFT_SHIFT);

export const sumInt8 = (step: CStep<unknown, AddQuantized>): Emission => boundedSum(step) ?? anySumInt8(step);
export const sumInt16 = sumOf('int16', ADD_LEFT_SHIFT_INT16);

export function squaredDifferenceInt8(step: CStep<unknown, SquaredDifferenceInt8>): Emission {
  const { prepared: p } = step;
  const { min: clampMin, max: clampMax } = QUANTIZED_LIMITS.int8;
  const numbers = numbersOf(step, { ...p, signB: -1, clampMin, clampMax }, SQUARED_DIFFERENCE_LEFT_SHIFT);
  return pairwise(step, p.broadcast, SQUARED_DIFFERENCE_QUANTIZED('int8'), [`&${numbers}`]);
}

export function squaredDifferenceInt16(step: CStep<unknown, SquaredDifferenceInt16>): Emission {
  const { prepared: p } = step;
  const { min: clampMin, max: clampMax } = QUANTIZED_LIMITS.int16;
  const [a, b] = [p.a, p.b].map((multiplier) => ({ zeroPoint: 0, multiplier }));
  const numbers = numbersOf(step, { ...p, a, b, signB: -1, outputZeroPoint: 0, clampMin, clampMax }, 0);
  return pairwise(step, p.broadcast, SQUARED_DIFFERENCE_QUANTIZED('int16'), [`&${numbers}`]);
}

function product(
  type: QuantizedDType,
  step: CStep<unknown, MulInt16>,
  zeroPoints: { readonly zeroPointA: number; readonly zeroPointB: number; readonly outputZeroPoint: number },
): Emission {
  const { prepared: p, constants, label } = step;
  const numbers = constants.addStruct(label, 'struct product', {
    zero_a: zeroPoints.zeroPointA,
    zero_b: zeroPoints.zeroPointB,
    multiplier: p.multiplier.multiplier,
    shift: p.multiplier.shift,
    ...limitsBeforeZeroPoint({ ...p, outputZeroPoint: zeroPoints.outputZeroPoint }),
  });
  return pairwise(step, p.broadcast, MULTIPLY_QUANTIZED(type), [`&${numbers}`]);
}

export const productInt8 = (step: CStep<unknown, MulInt8>): Emission =>
  boundedProduct(step) ?? product('int8', step, step.prepared);
export const productInt16 = (step: CStep<unknown, MulInt16>): Emission =>
  product('int16', step, { zeroPointA: 0, zeroPointB: 0, outputZeroPoint: 0 });
