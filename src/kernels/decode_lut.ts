import { LUT_HEADER_BYTES, type LutForm, packedIndex } from '../core/coding/lut.ts';
import { bytesOf, type TensorData } from '../core/tensor.ts';

/** One tensor that is looked up, element by element. */
export interface LutDecoding extends LutForm {
  readonly elements: number;
  /** Tables; 1 where all elements have one. */
  readonly channels: number;
  /** Elements of one channel that lie side by side: all, or 1 where channels are along the last axis. */
  readonly run: number;
  /** Values that the tables hold together. */
  readonly tableValues: number;
}

/** `values` is where the tables, which have no alignment in a file, are copied to. */
export function decodeLut(
  decoding: LutDecoding,
  indices: Uint8Array,
  ancillary: Uint8Array,
  values: TensorData,
  output: TensorData,
): void {
  const { bitWidth, stride, elements, channels, run } = decoding;
  const tables = bytesOf(values);
  for (let i = 0; i < tables.length; i++) tables[i] = ancillary[LUT_HEADER_BYTES + i];
  const [from, into] = [values as Int8Array, output as Int8Array];
  for (let i = 0; i < elements; i++) {
    const channel = Math.floor(i / run) % channels;
    into[i] = from[channel * stride + packedIndex(indices, bitWidth, i)];
  }
}
