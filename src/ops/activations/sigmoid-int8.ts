/** The fixed-point preparation that logistic and tanh share. */

import { unsupportedError } from '../../core/errors.ts';
import {
  inputRadius,
  multiplyByQuantizedMultiplier,
  type QuantizedMultiplier,
  quantizeMultiplier,
} from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { type Int8Table, int8Table } from '../../kernels/int8/lookup.ts';
import { requirePerTensor } from '../conditions.ts';

const INTEGER_BITS = 4;

function inputMultiplier(input: TensorType): QuantizedMultiplier {
  return quantizeMultiplier(requirePerTensor('the input', input).scale * 2 ** (31 - INTEGER_BITS));
}

/** Below 2^−28 TFLM would shift by a negative number, which C leaves undefined. */
export function checkQ4Scale(input: TensorType): void {
  if (inputMultiplier(input).shift < 0) {
    throw unsupportedError('input-scale', 'the input scale is too small for the fixed-point function');
  }
}

/**
 * All results of `compute`, which gets the input in Q4.27; inputs beyond ±15 saturate.
 * TFLM `CalculateOpDataLogistic`, `CalculateArithmeticOpData` (tanh).
 */
export function q4Table(input: TensorType, compute: (q4: number) => number): Int8Table {
  const { zeroPoint } = requirePerTensor('the input', input);
  const { multiplier, shift } = inputMultiplier(input);
  const radius = inputRadius(INTEGER_BITS, shift);
  return int8Table((value) => {
    const centered = value - zeroPoint;
    if (centered <= -radius) return -128;
    if (centered >= radius) return 127;
    return compute(multiplyByQuantizedMultiplier(centered, multiplier, shift));
  });
}
