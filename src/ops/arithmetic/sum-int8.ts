/** The int8 side of add and sub, which differ in a sign and in how TFLM rounds the scales. */

import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { broadcastIndex } from '../../kernels/broadcast.ts';
import { ADD_LEFT_SHIFT, type AddInt8, addTerms } from '../../kernels/int8/add.ts';
import { requirePerTensor } from '../conditions.ts';
import { type FusedActivation, int8Clamp } from '../fused-activation.ts';

interface SumScales {
  readonly a: number;
  readonly b: number;
  readonly output: number;
}

/**
 * The real multipliers. `round` is Math.fround for sub, which TFLM computes in float32, and the identity for add,
 * which it computes in doubles (tflite-micro 90b983c, `sub_common.cc` and `add_common.cc`).
 */
export function sumMultipliers(
  a: TensorType,
  b: TensorType,
  output: TensorType,
  round: (x: number) => number,
): SumScales {
  const scaleA = requirePerTensor('the first operand', a).scale;
  const scaleB = requirePerTensor('the second operand', b).scale;
  const scaleOutput = requirePerTensor('the output', output).scale;
  const twice = 2 * Math.max(scaleA, scaleB);
  return {
    a: round(scaleA / twice),
    b: round(scaleB / twice),
    output: round(twice / round(2 ** ADD_LEFT_SHIFT * scaleOutput)),
  };
}

/** `QuantizeMultiplierSmallerThanOneExp` asserts this. */
export function checkSumScales(scales: SumScales): void {
  if (!(scales.output < 1)) {
    throw unsupportedError(
      'output-scale',
      'the output scale is so small against the inputs that TensorFlow Lite Micro stops with an assertion',
    );
  }
}

export function prepareSumInt8(
  activation: FusedActivation,
  [a, b]: readonly [TensorType, TensorType],
  output: TensorType,
  scales: SumScales,
  sign: 1 | -1,
): AddInt8 {
  const outputQuant = requirePerTensor('the output', output);
  const { min, max } = int8Clamp(activation, outputQuant);
  return {
    index: broadcastIndex(a.shape, b.shape, output.shape),
    termsA: addTerms(requirePerTensor('the first operand', a).zeroPoint, quantizeMultiplier(scales.a), 1),
    termsB: addTerms(requirePerTensor('the second operand', b).zeroPoint, quantizeMultiplier(scales.b), sign),
    outputMultiplier: quantizeMultiplier(scales.output),
    outputZeroPoint: outputQuant.zeroPoint,
    clampMin: min,
    clampMax: max,
  };
}
