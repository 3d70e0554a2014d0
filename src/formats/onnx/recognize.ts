/** Whether a file is ONNX: protobuf has no mark, so its outermost fields are looked at. */

import { outerFields } from '../protobuf/outer-fields.ts';

/** `ModelProto`: the version first, a graph and operator sets somewhere. */
export function isOnnxFile(bytes: Uint8Array): boolean {
  const fields = outerFields(bytes);
  return (
    fields !== undefined &&
    fields.get(1) === 'varint' &&
    fields.get(7) === 'bytes' &&
    fields.get(8) === 'bytes'
  );
}
