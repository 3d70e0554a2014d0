import type { OperatorView } from '../../../ir/outline.ts';
import { type LimitTable, says } from './limit.ts';
import { types } from './signature.ts';

function takesComputed({ inputs }: OperatorView): boolean {
  return inputs.some((tensor) => tensor !== undefined && tensor.storage !== 'constant');
}

/** `DecodeStateLut::Setup` wants the axis 0 or the last one, and of a single scale the first. */
function hasOtherAxis({ outputs }: OperatorView): boolean {
  return outputs.some(({ shape, quantization }) => {
    if (quantization === undefined || quantization.axis === 0) return false;
    return quantization.axis !== shape.length - 1 || quantization.scales.length < 2;
  });
}

/** Operators that make tensors of what stands for them in fewer bytes. */
export const CODING_LIMITS = {
  TFLM_DECODE: {
    // Prepare does not look at the types of the operands, which are bytes.
    types: types('uint8|int8... -> bool|float32|int8|int16|int32|int64...'),
    withoutScales: true,
    tflm: [
      says(
        ({ inputs, outputs }) => inputs.length !== 2 * outputs.length,
        'Its TFLM_DECODE takes two operands for each output.',
      ),
      says(takesComputed, 'Its TFLM_DECODE wants constant operands, and here they are computed.'),
      says(
        hasOtherAxis,
        'Its TFLM_DECODE takes scales along the first or the last axis of what it decodes only, and a single scale along the first.',
      ),
    ],
  },
} as const satisfies LimitTable;
