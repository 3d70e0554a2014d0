/** What logistic and tanh share in int8: fixed-point numbers of 4 integer bits, and a table of all results. */

import { unsupportedError } from '../../core/errors.ts';
import { inputRadius, type QuantizedMultiplier, quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import type { Q4Int8 } from '../../kernels/int8/one-value/q4-function.ts';
import { requirePerTensor } from '../conditions.ts';
import { checkQuantizedUnary, tableKernel } from '../unary.ts';

const INTEGER_BITS = 4;

function inputMultiplier(input: TensorType): QuantizedMultiplier {
  return quantizeMultiplier(requirePerTensor('the input', input).scale * 2 ** (31 - INTEGER_BITS));
}

/** Below 2^−28 TFLM would shift by a negative number, which C leaves undefined. */
function checkQ4Scale(input: TensorType): void {
  if (inputMultiplier(input).shift < 0) {
    throw unsupportedError('input-scale', 'the input scale is too small for the fixed-point function');
  }
}

/** TFLM `CalculateOpDataLogistic`, `CalculateArithmeticOpData` (tanh). */
function prepareQ4(input: TensorType): Q4Int8 {
  const { zeroPoint } = requirePerTensor('the input', input);
  const { multiplier, shift } = inputMultiplier(input);
  return { zeroPoint, multiplier, shift, radius: inputRadius(INTEGER_BITS, shift) };
}

/** TFLM checks neither scale nor zero point of the output: `value` computes in those that the function has. */
export function q4Kernel(value: (prepared: Q4Int8, input: number) => number) {
  return {
    check(attributes: unknown, [input]: readonly [TensorType], outputs: readonly TensorType[]): void {
      checkQuantizedUnary(attributes, [input], outputs);
      checkQ4Scale(input);
    },
    ...tableKernel(prepareQ4, value),
  };
}
