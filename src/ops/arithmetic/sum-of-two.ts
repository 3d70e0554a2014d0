/** The int8 and int16 sides of add and sub, which differ in a sign and in how TFLM rounds the scales. */

import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { QuantizedDType, TensorData, TensorType } from '../../core/tensor.ts';
import { broadcast } from '../../kernels/broadcast.ts';
import { ADD_LEFT_SHIFT, addInt8 } from '../../kernels/int8/add.ts';
import { ADD_LEFT_SHIFT_INT16, addInt16 } from '../../kernels/int16/add.ts';
import type { AddQuantized } from '../../kernels/quantized/add.ts';
import { planAddInt8 } from '../../kernels/simd/arithmetic/add.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import { requirePerTensor } from '../conditions.ts';
import { type FusedActivation, quantizedClamp } from '../fused-activation.ts';
import type { ConstantOr } from '../op.ts';
import { binaryLoop } from '../unary.ts';
import { checkQuantizedBinary } from './binary.ts';

interface SumScales {
  readonly a: number;
  readonly b: number;
  readonly output: number;
}

/** How far operands are enlarged. */
const LEFT_SHIFTS: Readonly<Record<QuantizedDType, number>> = {
  int8: ADD_LEFT_SHIFT,
  int16: ADD_LEFT_SHIFT_INT16,
};

/**
 * The real multipliers. `round` is Math.fround for sub, which TFLM computes in float32, and the identity for add,
 * which it computes in doubles (tflite-micro 90b983c, `sub_common.cc` and `add_common.cc`).
 */
function sumMultipliers(
  a: TensorType,
  b: TensorType,
  output: TensorType,
  leftShift: number,
  round: (x: number) => number,
): SumScales {
  const scaleA = requirePerTensor('the first operand', a).scale;
  const scaleB = requirePerTensor('the second operand', b).scale;
  const scaleOutput = requirePerTensor('the output', output).scale;
  const twice = 2 * Math.max(scaleA, scaleB);
  return {
    a: round(scaleA / twice),
    b: round(scaleB / twice),
    output: round(twice / round(2 ** leftShift * scaleOutput)),
  };
}

/** `QuantizeMultiplierSmallerThanOneExp` asserts this of the factor to the output's scale. */
export function requireFraction(outputMultiplier: number): void {
  if (!(outputMultiplier < 1)) {
    throw unsupportedError(
      'output-scale',
      'the output scale is so small against the inputs that TensorFlow Lite Micro stops with an assertion',
    );
  }
}

/** The numbers of a + b, or of a − b with sign −1. `round` as for `sumMultipliers`. */
function sumNumbers(dtype: QuantizedDType, signB: 1 | -1, round: (x: number) => number) {
  const leftShift = LEFT_SHIFTS[dtype];
  return {
    check(
      attributes: unknown,
      [a, b]: readonly [TensorType, TensorType],
      [output]: readonly TensorType[],
    ): void {
      checkQuantizedBinary(attributes, [a, b], [output]);
      requireFraction(sumMultipliers(a, b, output, leftShift, round).output);
    },
    prepare(
      { activation }: { readonly activation: FusedActivation },
      [a, b]: readonly [TensorType, TensorType],
      [output]: readonly TensorType[],
    ): AddQuantized {
      const scales = sumMultipliers(a, b, output, leftShift, round);
      const outputQuant = requirePerTensor('the output', output);
      const { min, max } = quantizedClamp(activation, dtype, outputQuant);
      const operand = (what: string, type: TensorType, scale: number) => ({
        zeroPoint: requirePerTensor(what, type).zeroPoint,
        multiplier: quantizeMultiplier(scale),
      });
      return {
        broadcast: broadcast(a.shape, b.shape, output.shape),
        a: operand('the first operand', a, scales.a),
        b: operand('the second operand', b, scales.b),
        signB,
        outputMultiplier: quantizeMultiplier(scales.output),
        outputZeroPoint: outputQuant.zeroPoint,
        clampMin: min,
        clampMax: max,
      };
    },
  };
}

/** The int8 kernel of a + b, or of a − b with sign −1. `round` as for `sumMultipliers`. */
export function sumInt8Kernel(signB: 1 | -1, round: (x: number) => number) {
  return {
    ...sumNumbers('int8', signB, round),
    build: (prepared: AddQuantized) => binaryLoop(addInt8(prepared)),
    simd: (
      prepared: AddQuantized,
      operands: readonly [ConstantOr<TensorData>, ConstantOr<TensorData>],
    ): SimdPlan | undefined => planAddInt8(prepared, operands),
  };
}

/** The same of int16. */
export function sumInt16Kernel(signB: 1 | -1, round: (x: number) => number) {
  return {
    ...sumNumbers('int16', signB, round),
    build: (prepared: AddQuantized) => binaryLoop(addInt16(prepared)),
  };
}
