/** Records as nested lists of numbers in JSON. */

import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { elementCount, type Shape } from '../../core/tensor.ts';
import { MAX_TEXT_BYTES } from '../../core/text.ts';
import type { FloatArray } from './float-array.ts';

const MAX_RANK = 32;

function badJson(what: string, cause?: unknown): TinymlError {
  return inputError('bad-json', what, 'Give a list with one list of numbers for every sample.', cause);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badJson(`It is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** The shape that the first elements say; the others have to agree. */
function shapeOf(list: unknown): Shape {
  const shape: number[] = [];
  for (let first = list; Array.isArray(first); first = first[0]) {
    shape.push(first.length);
    if (shape.length > MAX_RANK) throw badJson(`The lists are nested more than ${MAX_RANK} deep`);
  }
  return shape;
}

function fill(list: unknown, shape: Shape, place: string, into: Float32Array, start: number): void {
  if (shape.length === 0) {
    const value = Math.fround(typeof list === 'number' ? list : Number.NaN);
    if (!Number.isFinite(value)) throw badJson(`${place} is no number that float32 can hold`);
    into[start] = value;
    return;
  }
  const [length, ...inner] = shape;
  if (!Array.isArray(list) || list.length !== length) {
    throw badJson(`${place} is not a list of ${length}, as the first one is`);
  }
  const size = elementCount(inner);
  list.forEach((item, index) => {
    fill(item, inner, `${place}[${index}]`, into, start + index * size);
  });
}

/** The outermost list counts the records. Throws `bad-json` (input) and `too-large` (unsupported). */
export function readJsonRecords(file: RandomAccessBytes): FloatArray {
  if (file.length > MAX_TEXT_BYTES) {
    throw unsupportedError(
      'too-large',
      `${file.length} bytes of JSON are held in memory, and ${MAX_TEXT_BYTES} is the limit`,
      'Give the samples as .csv, one a line, or fewer at once.',
    );
  }
  const bytes = new Uint8Array(file.length);
  file.readAt(0, bytes);
  const list = parse(new TextDecoder().decode(bytes));
  if (!Array.isArray(list)) throw badJson('It is not a list');
  const shape = shapeOf(list);
  if (shape.includes(0)) return { shape, data: new Float32Array(0) };
  // Every number takes a byte at least, so no more than that is ever allocated.
  if (elementCount(shape) > file.length) throw badJson('The lists in it have different lengths');
  const data = new Float32Array(elementCount(shape));
  fill(list, shape, 'The list', data, 0);
  return { shape, data };
}
