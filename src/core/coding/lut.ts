/**
 * Elements as indices of few bits into a table of values: what `TFLM_DECODE` of type LUT makes weights of (tflite-micro
 * 90b983c, `decode_state.h`, `decode_state_lut.cc`). The indices lie in one tensor, most significant bit first, without gaps;
 * a header and the tables, one behind the other, in a second one, which TFLM calls ancillary.
 */

import { unsupportedError } from '../errors.ts';
import { counted } from '../figure-text.ts';

/** In front of the tables. */
export const LUT_HEADER_BYTES = 16;
/** An index has at most so many bits. */
export const MOST_LUT_BITS = 7;
const MOST_VALUES = 2 ** MOST_LUT_BITS;

const TYPE = { at: 0, lut: 0 } as const;
const VERSION = { at: 1, is: 1 } as const;
const LUT_VERSION = { at: 4, is: 1 } as const;
const BIT_WIDTH = { at: 5, mask: 0x07 } as const;
const STRIDE_AT = 6;

/** What a header says. */
export interface LutForm {
  /** Of an index: 1 to 7. */
  readonly bitWidth: number;
  /** From the table of one channel to that of the next, in values; 0 where all channels have one table. */
  readonly stride: number;
}

const OTHER_CODINGS: Readonly<Record<number, string>> = {
  1: 'Huffman codes',
  2: 'a mask of what was pruned',
};

function refused(detail: string): Error {
  return unsupportedError('decode-header', detail, 'Tinyml reads weights that are coded as look-up tables.');
}

/** Throws `unsupported` errors for what TFLM's kernel refuses, or codes otherwise than by a table. */
export function readLutHeader(ancillary: Uint8Array): LutForm {
  if (ancillary.length < LUT_HEADER_BYTES) {
    throw refused(`has a header of ${counted(ancillary.length, 'byte')} instead of ${LUT_HEADER_BYTES}`);
  }
  const version = ancillary[VERSION.at];
  if (version !== VERSION.is) throw refused(`is of version ${version} instead of ${VERSION.is}`);
  const type = ancillary[TYPE.at];
  if (type !== TYPE.lut) {
    throw refused(`decodes ${OTHER_CODINGS[type] ?? `coding ${type}`}, not indices into a table`);
  }
  const lutVersion = ancillary[LUT_VERSION.at];
  if (lutVersion !== LUT_VERSION.is) {
    throw refused(`has tables of version ${lutVersion} instead of ${LUT_VERSION.is}`);
  }
  const bitWidth = ancillary[BIT_WIDTH.at] & BIT_WIDTH.mask;
  const stride = ancillary[STRIDE_AT];
  if (bitWidth === 0) throw refused('has indices of no bits');
  if (stride > MOST_VALUES)
    throw refused(`has tables of ${counted(stride, 'value')}, more than ${MOST_VALUES}`);
  return { bitWidth, stride };
}

/** The header, to be followed by the tables. */
export function lutHeader({ bitWidth, stride }: LutForm): Uint8Array {
  const header = new Uint8Array(LUT_HEADER_BYTES);
  header[TYPE.at] = TYPE.lut;
  header[VERSION.at] = VERSION.is;
  header[LUT_VERSION.at] = LUT_VERSION.is;
  header[BIT_WIDTH.at] = bitWidth;
  header[STRIDE_AT] = stride;
  return header;
}

/** What `count` indices take. */
export function packedIndexBytes(count: number, bitWidth: number): number {
  return Math.ceil((count * bitWidth) / 8);
}

/** The last byte is filled with zeros. */
export function packIndices(indices: Uint8Array, bitWidth: number): Uint8Array {
  const packed = new Uint8Array(packedIndexBytes(indices.length, bitWidth));
  for (let i = 0; i < indices.length; i++) {
    const bit = i * bitWidth;
    const shifted = indices[i] << (16 - bitWidth - (bit & 7));
    packed[bit >> 3] |= shifted >> 8;
    if (shifted & 0xff) packed[(bit >> 3) + 1] |= shifted & 0xff;
  }
  return packed;
}

/** Element `position` of what `packIndices` made; 0 for bits behind the end. */
export function packedIndex(packed: Uint8Array, bitWidth: number, position: number): number {
  const bit = position * bitWidth;
  return (
    (((packed[bit >> 3] << 8) | packed[(bit >> 3) + 1]) >> (16 - bitWidth - (bit & 7))) &
    ((1 << bitWidth) - 1)
  );
}
