/**
 * What an IDX file says of itself: two zeros, a type, the number of axes, their lengths; then the numbers, the most significant
 * byte first. Source: Y. LeCun's page of the MNIST database.
 */

import { unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { badData } from '../read-file.ts';
import { type ByteStream, DAMAGED_HINT } from './byte-stream.ts';

export interface IdxType {
  readonly bytes: number;
  readonly isWhole: boolean;
  value(view: DataView, offset: number): number;
}

const TYPES: Readonly<Record<number, IdxType>> = {
  8: { bytes: 1, isWhole: true, value: (view, offset) => view.getUint8(offset) },
  9: { bytes: 1, isWhole: true, value: (view, offset) => view.getInt8(offset) },
  11: { bytes: 2, isWhole: true, value: (view, offset) => view.getInt16(offset) },
  12: { bytes: 4, isWhole: true, value: (view, offset) => view.getInt32(offset) },
  13: { bytes: 4, isWhole: false, value: (view, offset) => view.getFloat32(offset) },
  14: { bytes: 8, isWhole: false, value: (view, offset) => view.getFloat64(offset) },
};

const MAX_AXES = 8;
/** One row is held as doubles. */
const MAX_ROW_VALUES = 2 ** 24;

export interface IdxLayout {
  readonly type: IdxType;
  /** The first axis. */
  readonly rows: number;
  /** Of one row. */
  readonly shape: Shape;
}

/** Whether the first bytes are those of an IDX file. */
export function isIdx(head: Uint8Array): boolean {
  return (
    head.length >= 8 &&
    head[0] === 0 &&
    head[1] === 0 &&
    head[2] in TYPES &&
    head[3] >= 1 &&
    head[3] <= MAX_AXES
  );
}

/** Reads the header of a stream that is at its beginning. Throws `bad-data` (input), `too-large` (unsupported). */
export function readIdxLayout(stream: ByteStream): IdxLayout {
  const cutOff = () => badData('it was cut off within its header', DAMAGED_HINT);
  if (stream.length < 8) throw cutOff();
  const mark = new Uint8Array(4);
  stream.read(mark);
  const [type, axes] = [TYPES[mark[2]], mark[3]];
  if (mark[0] !== 0 || mark[1] !== 0 || type === undefined || axes < 1 || axes > MAX_AXES) {
    throw badData('it does not begin as IDX files do', DAMAGED_HINT);
  }
  const headerBytes = mark.length + 4 * axes;
  if (stream.length < headerBytes) throw cutOff();
  const lengths = new DataView(new ArrayBuffer(4 * axes));
  stream.read(new Uint8Array(lengths.buffer));
  const [rows, ...shape] = Array.from({ length: axes }, (_, axis) => lengths.getUint32(4 * axis));
  const values = elementCount(shape);
  if (rows === 0 || values === 0)
    throw badData(`its shape ${formatShape([rows, ...shape])} has no values`, DAMAGED_HINT);
  if (values > MAX_ROW_VALUES) {
    throw unsupportedError(
      'too-large',
      `its rows have ${values} values, and ${MAX_ROW_VALUES} are the most that are read`,
      DAMAGED_HINT,
    );
  }
  const bytes = rows * values * type.bytes;
  if (stream.length !== headerBytes + bytes) {
    throw badData(
      `its shape ${formatShape([rows, ...shape])} takes ${counted(bytes, 'byte')}, and ${stream.length - headerBytes} are there`,
      DAMAGED_HINT,
    );
  }
  return { type, rows, shape };
}
