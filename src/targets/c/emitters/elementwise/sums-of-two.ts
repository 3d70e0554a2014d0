import { ADD_LEFT_SHIFT } from '../../../../kernels/int8/add.ts';
import type { MulInt8 } from '../../../../kernels/int8/mul.ts';
import { ADD_LEFT_SHIFT_INT16 } from '../../../../kernels/int16/add.ts';
import type { MulInt16 } from '../../../../kernels/int16/mul.ts';
import type { AddQuantized } from '../../../../kernels/quantized/add.ts';
import { ADD_QUANTIZED, MULTIPLY_QUANTIZED } from '../../definitions/sums-of-two.ts';
import { pairwise } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';

function sum(type: 'int8' | 'int16', leftShift: number) {
  return (step: CStep<unknown, AddQuantized>): Emission => {
    const { prepared: p, constants, label } = step;
    const numbers = constants.addStruct(label, 'struct sum_of_two', {
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
    return pairwise(step, p.broadcast, ADD_QUANTIZED(type), [`&${numbers}`]);
  };
}

/** Sums and differences, which the sign tells. */
export const sumInt8 = sum('int8', ADD_LEFT_SHIFT);
export const sumInt16 = sum('int16', ADD_LEFT_SHIFT_INT16);

function product(
  type: 'int8' | 'int16',
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

export const productInt8 = (step: CStep<unknown, MulInt8>): Emission => product('int8', step, step.prepared);
export const productInt16 = (step: CStep<unknown, MulInt16>): Emission =>
  product('int16', step, { zeroPointA: 0, zeroPointB: 0, outputZeroPoint: 0 });
