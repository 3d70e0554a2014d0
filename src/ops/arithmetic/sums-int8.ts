/** The int8 side of add_n and cumsum, which TFLM brings to a common scale in the same way. */

import { unsupportedError } from '../../core/errors.ts';
import { INT32_MAX, quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { ADD_LEFT_SHIFT } from '../../kernels/int8/add.ts';
import type { SumsInt8 } from '../../kernels/int8/sums.ts';
import { requirePerTensor } from '../conditions.ts';
import { quantizedClamp } from '../fused-activation.ts';
import { requireFraction } from './sum-of-two.ts';

/** The inputs' scale over twice itself. */
const INPUT_SCALE = 0.5;

/** From enlarged values of scale 2 · input to the output's. */
function outputScale(input: TensorType, output: TensorType): number {
  const twice = 2 * requirePerTensor('the input', input).scale;
  return twice / (2 ** ADD_LEFT_SHIFT * requirePerTensor('the output', output).scale);
}

/** Refuses scales that TFLM refuses, and sums of so many values that they may outgrow int32, which C leaves undefined. */
export function checkSums(input: TensorType, output: TensorType, terms: number): void {
  requireFraction(outputScale(input, output));
  const { zeroPoint } = requirePerTensor('the input', input);
  const largest = Math.max(zeroPoint + 128, 127 - zeroPoint) * 2 ** ADD_LEFT_SHIFT * INPUT_SCALE;
  // The sum starts at minus the zero point.
  const most = Math.floor(INT32_MAX / largest) - (zeroPoint === 0 ? 0 : 1);
  if (terms > most) {
    throw unsupportedError(
      'sum-overflow',
      `adds up ${terms} values, but the int32 sum of TensorFlow Lite Micro holds ${most} with zero point ${zeroPoint}`,
    );
  }
}

export function prepareSums(input: TensorType, output: TensorType): SumsInt8 {
  const outputQuant = requirePerTensor('the output', output);
  const { min, max } = quantizedClamp('none', 'int8', outputQuant);
  return {
    zeroPoint: requirePerTensor('the input', input).zeroPoint,
    inputMultiplier: quantizeMultiplier(INPUT_SCALE),
    outputMultiplier: quantizeMultiplier(outputScale(input, output)),
    outputZeroPoint: outputQuant.zeroPoint,
    clampMin: min,
    clampMax: max,
  };
}
