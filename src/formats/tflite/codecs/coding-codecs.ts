/** How operators that decode constants are stored: custom ones of TFLM. */

import { LUT_HEADER_BYTES, type LutForm, packedIndex, readLutHeader } from '../../../core/coding/lut.ts';
import { unsupportedError } from '../../../core/errors.ts';
import { elementBytes, elementCount, type TensorType } from '../../../core/tensor.ts';
import type { AttributesOf } from '../../../ops/index.ts';
import type { Codec, FileOperator } from '../codec.ts';
import { requireInputs } from '../constant-operands.ts';
import { BuiltinOperator, BuiltinOptions } from '../generated/tflite_generated.ts';

/** TFLM looks up whatever stands there, beyond the tables too. */
function checkIndices(
  { bitWidth, stride }: LutForm,
  indices: Uint8Array,
  ancillary: Uint8Array,
  { dtype, shape }: TensorType,
): void {
  const held = Math.floor((ancillary.length - LUT_HEADER_BYTES) / elementBytes(dtype));
  const values = stride === 0 ? held : stride;
  // Bytes that are missing are another fault.
  const count = Math.min(elementCount(shape), Math.floor((8 * indices.length) / bitWidth));
  for (let at = 0; at < count; at++) {
    const index = packedIndex(indices, bitWidth, at);
    if (index < values) continue;
    throw unsupportedError('decode-index', `looks up value ${index} in a table of ${values}`);
  }
}

function readTable(operator: FileOperator, at: number): AttributesOf<'tflm_decode'>['tables'][number] {
  const output = operator.outputs[at];
  const ancillary = operator.bytes(2 * at + 1);
  const form = readLutHeader(ancillary);
  checkIndices(form, operator.bytes(2 * at), ancillary, output);
  return { ...form, shape: output.shape };
}

export const codingCodecs = {
  tflm_decode: {
    code: BuiltinOperator.CUSTOM,
    customName: 'TFLM_DECODE',
    options: BuiltinOptions.NONE,
    version: () => 1,
    read(operator) {
      requireInputs(operator, 2 * operator.outputs.length);
      return { tables: operator.outputs.map((_, at) => readTable(operator, at)) };
    },
  } satisfies Codec<AttributesOf<'tflm_decode'>>,
};
