/** The header of a `.npy` file: a Python dictionary of three known keys, and nothing else that Python could write. */

import { type TinymlError, unsupportedError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';

export interface NpyHeader {
  /** NumPy's type string, for example `<f4`. */
  readonly description: string;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
}

/** Makes the error for what is wrong at an offset in the header. */
type Damage = (what: string, offset: number) => TinymlError;

/** Takes tokens from the header's start to its end. */
class HeaderCursor {
  offset = 0;
  readonly #text: string;
  readonly #damage: Damage;

  constructor(text: string, damage: Damage) {
    this.#text = text;
    this.#damage = damage;
  }

  /** Skips blanks, then takes what the sticky `pattern` matches, if it does. */
  tryTake(pattern: RegExp): string | undefined {
    while (this.#text[this.offset] === ' ') this.offset++;
    pattern.lastIndex = this.offset;
    const token = pattern.exec(this.#text)?.[0];
    if (token !== undefined) this.offset += token.length;
    return token;
  }

  take(pattern: RegExp, expected: string): string {
    const token = this.tryTake(pattern);
    if (token === undefined) throw this.fail(`the header lacks ${expected}`);
    return token;
  }

  fail(what: string): TinymlError {
    return this.#damage(what, this.offset);
  }
}

const STRING = /'[^'\\]*'|"[^"\\]*"/y;
const COMMA = /,/y;
/** Python 2 wrote `3L`. */
const DIMENSION = /[0-9]+L?/y;

function takeString(cursor: HeaderCursor, expected: string): string {
  return cursor.take(STRING, expected).slice(1, -1);
}

function takeDescription(cursor: HeaderCursor): string {
  if (cursor.tryTake(/\[/y) !== undefined) {
    throw unsupportedError(
      'npy-dtype',
      'The .npy file has structured elements, which tinyml does not read.',
      'Save each field as an array of its own.',
    );
  }
  return takeString(cursor, 'the type');
}

function takeShape(cursor: HeaderCursor): Shape {
  cursor.take(/\(/y, 'a tuple for the shape');
  const shape: number[] = [];
  let comma: string | undefined;
  while (cursor.tryTake(/\)/y) === undefined) {
    if (shape.length > 0 && comma === undefined) throw cursor.fail('the header lacks a comma in the shape');
    const dimension = Number.parseInt(cursor.take(DIMENSION, 'a dimension'), 10);
    if (!Number.isSafeInteger(dimension)) throw cursor.fail('a dimension is too large');
    shape.push(dimension);
    comma = cursor.tryTake(COMMA);
  }
  // Python reads `(3)` as a number.
  if (shape.length === 1 && comma === undefined)
    throw cursor.fail('the shape is a number instead of a tuple');
  return shape;
}

/** Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, keys in any order, blanks around tokens. */
export function parseNpyHeader(text: string, damage: Damage): NpyHeader {
  const cursor = new HeaderCursor(text, damage);
  let description: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: Shape | undefined;

  cursor.take(/\{/y, 'its dictionary');
  while (cursor.tryTake(/\}/y) === undefined) {
    const start = cursor.offset;
    const key = takeString(cursor, 'a key');
    cursor.take(/:/y, 'a colon');
    if (key === 'descr' && description === undefined) description = takeDescription(cursor);
    else if (key === 'fortran_order' && fortranOrder === undefined) {
      fortranOrder = cursor.take(/True|False/y, 'True or False for the order') === 'True';
    } else if (key === 'shape' && shape === undefined) shape = takeShape(cursor);
    else throw damage('the header has a key too many', start);
    if (cursor.tryTake(COMMA) === undefined) {
      cursor.take(/\}/y, 'a comma');
      break;
    }
  }
  cursor.take(/\n?$/y, 'its end');
  if (description === undefined || fortranOrder === undefined || shape === undefined) {
    throw cursor.fail('the header lacks one of descr, fortran_order and shape');
  }
  return { description, fortranOrder, shape };
}
