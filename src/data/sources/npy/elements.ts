/** The element types of NumPy's arrays, read as numbers or texts. Source: the NumPy reference, "Array interface". */

import { unsupportedError } from '../../../core/errors.ts';
import type { ColumnKind } from '../row-source.ts';

/** Elements in bytes, one behind the other. */
export interface Elements {
  readonly bytes: number;
  readonly kind: ColumnKind;
  /** Of numbers and times; NaN is missing. */
  number(view: DataView, offset: number): number;
  /** Of texts alone. */
  text?(view: DataView, offset: number): string;
}

type ReadNumber = (view: DataView, offset: number, little: boolean) => number;

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const NUMBERS: Readonly<Record<string, ReadNumber>> = {
  b1: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  i1: (view, offset) => view.getInt8(offset),
  u1: (view, offset) => view.getUint8(offset),
  i2: (view, offset, little) => view.getInt16(offset, little),
  u2: (view, offset, little) => view.getUint16(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  i8: (view, offset, little) => Number(view.getBigInt64(offset, little)),
  u8: (view, offset, little) => Number(view.getBigUint64(offset, little)),
  f2: (view, offset, little) => float16(view.getUint16(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
};

/** Milliseconds in the units of `datetime64`. */
const UNITS: Readonly<Record<string, number>> = {
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
};
const NO_TIME = -(2n ** 63n);
const MAX_TEXT = 2 ** 16;

function unread(description: string): Error {
  return unsupportedError(
    'npy-dtype',
    `the array has elements of type ${JSON.stringify(description.slice(0, 32))}, which are not read`,
    'Save numbers, booleans or texts; an array of Python objects holds code.',
  );
}

function untilZero(text: string): string {
  return text.replace(/\0+$/, '');
}

function bytesText(length: number): Elements {
  const decoder = new TextDecoder('utf-8');
  return {
    bytes: length,
    kind: 'category',
    number: () => Number.NaN,
    text: (view, offset) =>
      untilZero(decoder.decode(new Uint8Array(view.buffer, view.byteOffset + offset, length))),
  };
}

/** UTF-32; what is no character is U+FFFD. */
function unicodeText(length: number, little: boolean): Elements {
  return {
    bytes: 4 * length,
    kind: 'category',
    number: () => Number.NaN,
    text(view, offset) {
      let text = '';
      for (let i = 0; i < length; i++) {
        const point = view.getUint32(offset + 4 * i, little);
        text += String.fromCodePoint(point <= 0x10ffff ? point : 0xfffd);
      }
      return untilZero(text);
    },
  };
}

function times(unit: string, little: boolean): Elements {
  return {
    bytes: 8,
    kind: 'time',
    number(view, offset) {
      const count = view.getBigInt64(offset, little);
      return count === NO_TIME ? Number.NaN : Number(count) * UNITS[unit];
    },
  };
}

/** Throws `npy-dtype` (unsupported). */
export function elementsOf(description: string): Elements {
  const match = /^([<>|=]?)(?:([biuf])(\d)|M8\[(\w{1,2})\]|([SU])(\d{1,5}))$/.exec(description);
  if (match === null) throw unread(description);
  const little = match[1] !== '>';
  const [, , letter, size, unit, textLetter, textLength] = match;
  if (unit !== undefined && unit in UNITS) return times(unit, little);
  if (textLetter !== undefined) {
    const length = Number(textLength);
    if (length === 0 || length > MAX_TEXT) throw unread(description);
    return textLetter === 'S' ? bytesText(length) : unicodeText(length, little);
  }
  const read = NUMBERS[`${letter}${size}`];
  if (read === undefined) throw unread(description);
  return {
    bytes: Number(size),
    kind: 'number',
    number: (view, offset) => read(view, offset, little),
  };
}
