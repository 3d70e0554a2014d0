/** Float activations that meet integer weights: dynamic range quantization, which TensorFlow Lite Micro does not compute. */

import type { OperatorView } from '../../../ir/outline.ts';
import { says } from './limit.ts';

const INTEGER_WEIGHTS: ReadonlySet<string> = new Set(['int8', 'int4', 'uint8']);

/** Operators with weights among their operands. */
export const WEIGHTED_OPERATORS: ReadonlySet<string> = new Set([
  'BATCH_MATMUL',
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'FULLY_CONNECTED',
  'SVDF',
  'TRANSPOSE_CONV',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
]);

/** Operand 0 of TRANSPOSE_CONV is a shape. */
export function isHybrid({ operator, inputs }: OperatorView): boolean {
  const activations = inputs[operator.name === 'TRANSPOSE_CONV' ? 2 : 0];
  return (
    WEIGHTED_OPERATORS.has(operator.name) &&
    activations?.dtype === 'float32' &&
    inputs.some((tensor) => tensor !== undefined && INTEGER_WEIGHTS.has(tensor.dtype))
  );
}

export const HYBRID = says(
  isHybrid,
  'It does not multiply float32 by integer weights: the model has to be quantized in full.',
);
