/** Sums and products of int8 in numbers that never leave 30 bits. */

import type { QuantizedMultiplier } from '../../../../core/fixed-point.ts';
import { elementCount, QUANTIZED_LIMITS } from '../../../../core/tensor.ts';
import { ADD_LEFT_SHIFT } from '../../../../kernels/int8/add.ts';
import type { MulInt8 } from '../../../../kernels/int8/mul.ts';
import type { Requantization } from '../../../../kernels/int8/requantize.ts';
import type { AddOperand, AddQuantized } from '../../../../kernels/quantized/add.ts';
import { ADD_BOUNDED, ADD_ELEMENTWISE, MULTIPLY_BOUNDED } from '../../definitions/elements/bounded-pairs.ts';
import { isElementwise, pairwise } from '../../elements.ts';
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

/** Whether the output is never clamped but to what it can hold. */
function takesAllOfInt8({ clampMin, clampMax }: Requantization): boolean {
  const { min, max } = QUANTIZED_LIMITS.int8;
  return clampMin === min && clampMax === max;
}

/** A half is what the scale of an operand is of twice itself. */
function isHalf({ multiplier: { multiplier, shift } }: AddOperand): boolean {
  return multiplier === 2 ** 30 && shift === 0;
}

const DOUBLED = 2 ** (ADD_LEFT_SHIFT + 1);

/** The way of an operand to a scale that is at least its own, with a shift to the right. */
function toLargerScale({ multiplier }: AddOperand): QuantizedMultiplier {
  if (isBelowHalf(multiplier)) return multiplier;
  // A half, times numbers that its multiplier rounds as one of 2^31 would, which is no int32; or nothing at all.
  return { multiplier: multiplier.multiplier === 0 ? 0 : 2 ** 31 - 1, shift: -1 };
}

/** Of two tensors of one shape, in the order of `positions`: the first is that of the larger scale. */
function elementwiseSum(
  { outputs, constants, label }: CStep<unknown, AddQuantized>,
  p: AddQuantized,
  [exact, other]: readonly [AddOperand, AddOperand],
  [first, second]: readonly [number, number],
): Emission {
  const toCommon = toLargerScale(other);
  const name = constants.addStruct(label, 'struct elementwise_sum', {
    offset_b: 0 - other.zeroPoint * DOUBLED,
    multiplier_b: toCommon.multiplier,
    shift_b: -toCommon.shift - 1,
    offset: 1 - exact.zeroPoint * 2 ** ADD_LEFT_SHIFT,
    multiplier: p.outputMultiplier.multiplier,
    shift: -p.outputMultiplier.shift - 1,
    rounding: 2 * p.outputZeroPoint + 1,
  });
  const elementwise = (operands: readonly string[], output: string, count: number): string =>
    `add_elementwise(&${name}, ${operands[first]}, ${operands[second]}, ${output}, ${count});`;
  return {
    definitions: [ADD_ELEMENTWISE],
    inPlace: [0, 1],
    elementwise,
    call: (places) =>
      elementwise([0, 1].map(places.input), places.output(0), elementCount(outputs[0].type.shape)),
  };
}

/** Undefined where the output's scale is so small that numbers outgrow 30 bits on the way. */
export function boundedSum(step: CStep<unknown, AddQuantized>): Emission | undefined {
  const { prepared: p, constants, label } = step;
  const first = isHalf(p.a) ? 'a' : isHalf(p.b) ? 'b' : undefined;
  if (first === undefined || !isBelowHalf(p.outputMultiplier)) return undefined;
  const [exact, other] = first === 'a' ? [p.a, p.b] : [p.b, p.a];
  if (p.signB === 1 && takesAllOfInt8(p) && isElementwise(step)) {
    return elementwiseSum(step, p, [exact, other], first === 'a' ? [0, 1] : [1, 0]);
  }
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
