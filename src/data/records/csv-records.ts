/** Records as lines of text: one record a line, its numbers between commas, semicolons, tabs or blanks. */

import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import type { FloatArray } from './float-array.ts';

const PIECE_BYTES = 2 ** 20;
const MAX_BYTES = 2 ** 29;
const MAX_LINE_CHARACTERS = 2 ** 24;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SHOWN_CHARACTERS = 24;

function* textPieces(file: RandomAccessBytes): Generator<string> {
  const decoder = new TextDecoder();
  for (let offset = 0; offset < file.length; offset += PIECE_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, file.length - offset));
    file.readAt(offset, piece);
    yield decoder.decode(piece, { stream: true });
  }
}

/** Lines without their ends, and what follows the last end. */
function* linesOf(file: RandomAccessBytes): Generator<string> {
  let rest = '';
  for (const piece of textPieces(file)) {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop() as string;
    yield* lines;
    if (rest.length > MAX_LINE_CHARACTERS) {
      throw inputError('bad-csv', 'A line has no end within 16 MiB', 'Put one sample on each line.');
    }
  }
  yield rest;
}

/** A quotation mark around a number means nothing. */
function cellsOf(line: string): string[] {
  const separator = [';', '\t', ','].find((character) => line.includes(character)) ?? /\s+/;
  return line
    .trim()
    .split(separator)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

function badCell(row: number, column: number, cell: string): TinymlError {
  const shown = cell.length > SHOWN_CHARACTERS ? `${cell.slice(0, SHOWN_CHARACTERS)}…` : cell;
  return inputError(
    'bad-csv',
    `Line ${row}, column ${column + 1} is ${JSON.stringify(shown)}, which is no number`,
    'Write one sample a line, its numbers between commas and with decimal points; only the first line may hold names.',
  );
}

/** Names above the columns: the first line, where every cell has a letter and none is a number. */
function areNames(cells: readonly string[]): boolean {
  return cells.every((cell) => /\p{L}/u.test(cell) && !NUMBER.test(cell));
}

/** Numbers as they come, in an array that grows. */
class Values {
  length = 0;
  #data = new Float32Array(2 ** 12);

  push(value: number): void {
    if (this.length === this.#data.length) {
      const grown = new Float32Array(2 * this.length);
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data[this.length++] = value;
  }

  all(): Float32Array {
    return this.#data.subarray(0, this.length);
  }
}

/**
 * Shape [lines, numbers in a line]. Throws `bad-csv` (input) for cells that are no numbers and lines of different
 * lengths, and `too-large` (unsupported).
 */
export function readCsv(file: RandomAccessBytes): FloatArray {
  if (file.length > MAX_BYTES) {
    throw unsupportedError(
      'too-large',
      `${file.length} bytes of text are held in memory, and ${MAX_BYTES} is the limit`,
      'Give fewer samples at once.',
    );
  }
  const values = new Values();
  let [row, rows, width] = [0, 0, 0];
  for (const line of linesOf(file)) {
    row++;
    if (line.trim() === '') continue;
    const cells = cellsOf(line);
    if (rows === 0 && row === 1 && areNames(cells)) continue;
    if (rows++ === 0) width = cells.length;
    if (cells.length !== width) {
      throw inputError(
        'bad-csv',
        `Line ${row} has ${counted(cells.length, 'number')}, and the lines before it have ${width}`,
        'Give every sample the same number of values.',
      );
    }
    cells.forEach((cell, column) => {
      if (!NUMBER.test(cell) || !Number.isFinite(Math.fround(Number(cell)))) throw badCell(row, column, cell);
      values.push(Number(cell));
    });
  }
  return { shape: [rows, width], data: values.all() };
}
