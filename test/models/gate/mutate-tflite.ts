/** Sound `.tflite` files made false in one place, without changing their length. */

import { ByteBuffer } from 'flatbuffers';
import {
  TensorType as FileType,
  Model,
  type SubGraph,
  type Tensor,
} from '../../../src/formats/tflite/generated/tflite_generated.ts';

/** Places of the fields in a tensor's vtable. */
const TYPE = 6;
const BUFFER = 8;

function open(bytes: Uint8Array): {
  readonly copy: Uint8Array;
  readonly model: Model;
  readonly main: SubGraph;
} {
  const copy = new Uint8Array(bytes);
  const model = Model.getRootAsModel(new ByteBuffer(copy));
  return { copy, model, main: model.subgraphs(0) as SubGraph };
}

function fieldOf({ bb, bb_pos }: Tensor, field: number): number | undefined {
  const offset = bb?.__offset(bb_pos, field) ?? 0;
  return offset === 0 ? undefined : bb_pos + offset;
}

/** Every tensor of `from` declared `to`; undefined where there is none. */
export function retyped(bytes: Uint8Array, from: FileType, to: FileType): Uint8Array | undefined {
  const { copy, main } = open(bytes);
  let changed = false;
  for (let index = 0; index < main.tensorsLength(); index++) {
    const tensor = main.tensors(index) as Tensor;
    const at = fieldOf(tensor, TYPE);
    if (tensor.type() !== from || at === undefined) continue;
    copy[at] = to;
    changed = true;
  }
  return changed ? copy : undefined;
}

/** Positions of the first operator's inputs that are constants. */
export function constantInputs(bytes: Uint8Array): readonly number[] {
  const { model, main } = open(bytes);
  const operator = main.operators(0);
  return Array.from({ length: operator?.inputsLength() ?? 0 }, (_, position) => position).filter(
    (position) => {
      const index = operator?.inputs(position) ?? -1;
      const buffer = index < 0 ? 0 : (main.tensors(index)?.buffer() ?? 0);
      return (model.buffers(buffer)?.dataLength() ?? 0) > 0;
    },
  );
}

/** The first operator's input at `position` without its data, and given to the model from outside where `asInput`. */
export function unconstant(bytes: Uint8Array, position: number): Uint8Array {
  const { copy, main } = open(bytes);
  const tensor = main.tensors(main.operators(0)?.inputs(position) ?? 0) as Tensor;
  const at = fieldOf(tensor, BUFFER);
  if (at === undefined) throw new Error('has no buffer');
  new DataView(copy.buffer).setUint32(at, 0, true);
  return copy;
}

/** The first scale of a tensor of the first operator, counted over inputs and outputs, made another number. */
export function rescaled(bytes: Uint8Array, position: number, scale: number): Uint8Array | undefined {
  const { copy, main } = open(bytes);
  const operator = main.operators(0);
  const count = operator?.inputsLength() ?? 0;
  const index = position < count ? operator?.inputs(position) : operator?.outputs(position - count);
  const quantization = main.tensors(index ?? 0)?.quantization();
  const scales = quantization?.scaleArray();
  if (index == null || index < 0 || scales == null || scales.length === 0) return undefined;
  new DataView(copy.buffer).setFloat32(scales.byteOffset, scale, true);
  return copy;
}

/** The first element of a constant of floats made another; undefined where the model has none. */
export function withElement(bytes: Uint8Array, value: number): Uint8Array | undefined {
  const { copy, model, main } = open(bytes);
  for (let index = 0; index < main.tensorsLength(); index++) {
    const tensor = main.tensors(index) as Tensor;
    const data = tensor.type() === FileType.FLOAT32 ? model.buffers(tensor.buffer())?.dataArray() : undefined;
    if (data == null || data.length < 4) continue;
    new DataView(copy.buffer).setFloat32(data.byteOffset, value, true);
    return copy;
  }
  return undefined;
}
