/** Texts among the attributes of an object (HDF5 File Format Specification 3.0, IV.A.2.m). */

import { elementCount } from '../../../core/tensor.ts';
import { readShape } from './dataspace.ts';
import { readNumberType, readTextType, type TextType } from './datatype.ts';
import { type FileBytes, requireForm } from './file-bytes.ts';
import type { GlobalHeap } from './global-heap.ts';
import { MESSAGE, type Message } from './object-header.ts';

interface Part {
  readonly at: number;
  /** Without what fills it up. */
  readonly size: number;
}

/** Where the parts of an attribute lie. */
interface Attribute {
  readonly name: string;
  readonly type: Part;
  readonly shape: Part;
  readonly data: number;
  readonly end: number;
}

/** Bytes in front of the name, and to what the parts behind it are filled up, by version. */
const FORMS = new Map([
  [1, { header: 8, alignment: 8 }],
  [2, { header: 8, alignment: 1 }],
  [3, { header: 9, alignment: 1 }],
]);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const ASCII_END = 0x80;

/** Up to the first zero. Letters that are not of the type are left to the library. */
function decode(bytes: Uint8Array, isAscii: boolean): string {
  const end = bytes.indexOf(0);
  const letters = end < 0 ? bytes : bytes.subarray(0, end);
  requireForm(!isAscii || letters.every((letter) => letter < ASCII_END), 'letters that are no ASCII');
  const text = decodeUtf8(letters);
  requireForm(text !== undefined && !text.startsWith('\ufeff'), 'letters that are no UTF-8');
  return text;
}

function readAttribute(file: FileBytes, { at, size }: Message): Attribute {
  const form = FORMS.get(file.u8(at));
  requireForm(form !== undefined && file.u8(at + 1) === 0, 'another attribute');
  let next = at + form.header;
  const [name, type, shape] = [2, 4, 6].map((place): Part => {
    const part = { at: next, size: file.u16(at + place) };
    next += Math.ceil(part.size / form.alignment) * form.alignment;
    return part;
  });
  requireForm(next <= at + size, 'an attribute does not fit');
  const letters = file.part(name.at, name.size);
  requireForm(letters.indexOf(0) === letters.length - 1, 'a name of another length');
  return {
    name: decode(letters, true),
    type,
    shape,
    data: next,
    end: at + size,
  };
}

const HEAP_ELEMENT_BYTES = 16;

function readElements(
  file: FileBytes,
  heap: GlobalHeap,
  type: TextType,
  { data, end }: Attribute,
  count: number,
): string[] {
  const bytes = type.bytes ?? HEAP_ELEMENT_BYTES;
  requireForm(bytes > 0 && count > 0 && data + count * bytes <= end, 'an attribute does not fit');
  return Array.from({ length: count }, (_, index) => {
    const at = data + index * bytes;
    return decode(type.bytes === undefined ? heap.read(at) : file.contents(at, bytes), type.isAscii);
  });
}

/** Nobody asks for numbers, but what they are must be known: other types may hold texts. */
function checkNumbers(file: FileBytes, { type, data, end }: Attribute, count: number): void {
  const numbers = readNumberType(file, type.at, type.size);
  requireForm(numbers !== undefined && data + count * numbers.bytes <= end, 'an attribute of another type');
}

/** By name, those that are texts or lists of texts. */
export function readTexts(
  file: FileBytes,
  heap: GlobalHeap,
  messages: readonly Message[],
): Map<string, readonly string[]> {
  const texts = new Map<string, readonly string[]>();
  const names = new Set<string>();
  for (const message of messages) {
    if (message.type !== MESSAGE.attribute) continue;
    const attribute = readAttribute(file, message);
    const { name, shape } = attribute;
    requireForm(!names.has(name), 'two attributes of one name');
    names.add(name);
    const type = readTextType(file, attribute.type.at, attribute.type.size);
    const count = elementCount(readShape(file, shape.at, shape.size));
    if (type === undefined) checkNumbers(file, attribute, count);
    else texts.set(name, readElements(file, heap, type, attribute, count));
  }
  return texts;
}
