/** The field that says how wide sums are where a bias does not: of int16 activations without one, TFLM asks it. */

import type { FileOperator } from '../codec.ts';
import { TensorType } from '../generated/tflite_generated.ts';

interface WithAccumulator {
  readonly accumulator?: 'int32' | undefined;
}

export function accumulatorOf(
  { inputs: [input, , bias] }: FileOperator,
  options: { quantizedBiasType(): TensorType },
): WithAccumulator {
  const asked = input?.dtype === 'int16' && bias === undefined;
  return asked && options.quantizedBiasType() === TensorType.INT32 ? { accumulator: 'int32' } : {};
}

export function accumulatorField({ accumulator }: WithAccumulator): { quantized_bias_type?: number } {
  return accumulator === undefined ? {} : { quantized_bias_type: TensorType.INT32 };
}
