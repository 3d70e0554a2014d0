/** Sums and products of int8 in numbers that never leave 30 bits. */

import type { QuantizedMultiplier } from '../../../../core/fixed-point.ts';
import { ADD_LEFT_SHIFT } from '../../../../kernels/int8/add.ts';
import type { MulInt8 } from '../../../../kernels/int8/mul.ts';
import type { Requantization } from '../../../../kernels/int8/requantize.ts';
import type { AddOperand, AddQuantized } from '../../../../kernels/quantized/add.ts';
import { ADD_BOUNDED, MULTIPLY_BOUNDED } from '../../definitions/elements/bounded-pairs.ts';
import { pairwise } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';

/** Its way shifts to the right. */
function isBelowHalf({ shift }: QuantizedMultiplier): boolean {
  return shift < 0;
}

/** C of a pointer to the numbers of the last step. */
function toOutput(
  { constants, label }: CStep<unknown, unknown>,
  { multiplier, shift }: QuantizedMultiplier,
  p: Requantization,
): string {
  const name = constants.addStruct(`${label}_output`, 'struct to_output', {
    multiplier,
    shift: -shift - 1,
    rounding: 2 * p.outputZeroPoint + 1,
    least: p.clampMin,
    most: p.clampMax,
  });
  return `&${name}`;
}

/** A half is what the scale of an operand is of twice itself. */
function isHalf({ multiplier: { multiplier, shift } }: AddOperand): boolean {
  return multiplier === 2 ** 30 && shift === 0;
}

/** Undefined where the output's scale is so small that numbers outgrow 30 bits on the way. */
export function boundedSum(step: CStep<unknown, AddQuantized>): Emission | undefined {
  const { prepared: p, constants, label } = step;
  const first = isHalf(p.a) ? 'a' : isHalf(p.b) ? 'b' : undefined;
  if (first === undefined || !isBelowHalf(p.outputMultiplier)) return undefined;
  const [exact, other] = first === 'a' ? [p.a, p.b] : [p.b, p.a];
  const [signExact, signOther] = first === 'a' ? [1, p.signB] : [p.signB, 1];
  const factorExact = signExact * 2 ** (ADD_LEFT_SHIFT - 1);
  // One more to the left where the way would have no shift to the right.
  const spare = isBelowHalf(other.multiplier) ? 0 : 1;
  const factorOther = 2 ** (ADD_LEFT_SHIFT + spare);
  const numbers = constants.addStruct(label, 'struct bounded_sum', {
    factor_a: factorExact,
    offset_a: 0 - exact.zeroPoint * factorExact,
    factor_b: factorOther,
    offset_b: 0 - other.zeroPoint * factorOther,
    multiplier_b: other.multiplier.multiplier,
    shift_b: spare - other.multiplier.shift - 1,
    sign_b: signOther,
  });
  return pairwise(
    step,
    p.broadcast,
    ADD_BOUNDED,
    [`&${numbers}`, toOutput(step, p.outputMultiplier, p)],
    first === 'a' ? 'as they are' : 'swapped',
  );
}

/** Undefined where the factor to the output is a half or more. */
export function boundedProduct(step: CStep<unknown, MulInt8>): Emission | undefined {
  const { prepared: p } = step;
  if (!isBelowHalf(p.multiplier)) return undefined;
  const zeros = [p.zeroPointA, p.zeroPointB].map(String);
  return pairwise(step, p.broadcast, MULTIPLY_BOUNDED, [toOutput(step, p.multiplier, p), ...zeros]);
}
