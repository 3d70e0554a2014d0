/** The constants of any `.tflite` file as they lie in it: how many bytes they take, and whether a chip can read them there. */

import { ByteBuffer } from 'flatbuffers';
import { Model, TensorType } from './generated/tflite_generated.ts';
import { verifyModel } from './verify.ts';

/** Types that a chip may refuse to load from an odd place; the others are single bytes or never computed with. */
const ELEMENT_BYTES: Partial<Record<TensorType, number>> = {
  [TensorType.FLOAT32]: 4,
  [TensorType.FLOAT16]: 2,
  [TensorType.INT16]: 2,
  [TensorType.INT32]: 4,
  [TensorType.INT64]: 8,
};

/** One buffer that tensors read; shared buffers are there once. */
export interface ConstantBuffer {
  /** Position in the file. */
  readonly offset: number;
  readonly bytes: number;
  /** Of the tensors that read it, the largest. */
  readonly elementBytes: number;
}

/** Buffers that are not empty and that some tensor of some subgraph names, in the order of the tensors. */
export function readConstantBuffers(file: Uint8Array): readonly ConstantBuffer[] {
  verifyModel(file);
  const model = Model.getRootAsModel(new ByteBuffer(file));
  const found = new Map<number, ConstantBuffer>();
  for (let at = 0; at < model.subgraphsLength(); at++) {
    const subgraph = model.subgraphs(at);
    const count = subgraph?.tensorsLength() ?? 0;
    for (let index = 0; index < count; index++) {
      const tensor = subgraph?.tensors(index);
      const buffer = tensor?.buffer() ?? 0;
      const data = buffer < model.buffersLength() ? model.buffers(buffer)?.dataArray() : undefined;
      if (tensor == null || data == null || data.length === 0) continue;
      const offset = data.byteOffset - file.byteOffset;
      const size = Math.max(ELEMENT_BYTES[tensor.type()] ?? 1, found.get(offset)?.elementBytes ?? 1);
      found.set(offset, { offset, bytes: data.length, elementBytes: size });
    }
  }
  return [...found.values()];
}
