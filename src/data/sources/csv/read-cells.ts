/** The cells of a file, piece by piece, cut where rows end. */

import { inputError, type TinymlError } from '../../../core/errors.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import type { Cells } from './cells.ts';
import type { CsvFormat } from './csv-format.ts';
import { PlainCells } from './plain-cells.ts';
import { readQuoted } from './quoted-cells.ts';
import { textPieces } from './text-pieces.ts';

const [LINE_FEED, QUOTE] = [10, 34];
/** Far above a row of as many columns as are read. */
const MAX_ROW_BYTES = 2 ** 22;

/** Bytes that wait for the end of their row, and those that came since. */
class RowBuffer {
  #bytes = new Uint8Array(2 ** 16);
  length = 0;

  append(piece: Uint8Array): void {
    if (this.length + piece.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.length + piece.length));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.length);
    this.length += piece.length;
  }

  first(count: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, count);
  }

  drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }
}

function endless(path: string, line: number, buffer: RowBuffer): TinymlError {
  const where = `${path}: the row that begins in line ${line}`;
  if (buffer.first(buffer.length).includes(QUOTE)) {
    return inputError(
      'bad-data',
      `${where} has no end within ${MAX_ROW_BYTES} bytes; a quotation mark is never closed, or no line feed follows`,
      'Close the quotation mark.',
    );
  }
  return inputError(
    'too-large',
    `${where} has more than ${MAX_ROW_BYTES} bytes, the most that are read`,
    'Put one row on each line.',
  );
}

/** Throws `bad-data` for what is no text or has a row that never ends, `too-large` for a row that is too long. */
export function* readCells(bytes: RandomAccessBytes, path: string, format: CsvFormat): Generator<Cells> {
  const { delimiter, decimal } = format;
  const buffer = new RowBuffer();
  const plain = new PlainCells(delimiter, decimal);
  let line = 1;
  /** Takes the rows that have ended; whether more of them are left. */
  function* take(isLast: boolean): Generator<Cells, boolean> {
    const cut = buffer.first(buffer.length).lastIndexOf(LINE_FEED) + 1;
    const whole = buffer.first(cut);
    if (!whole.includes(QUOTE)) {
      line += plain.read(whole, line);
      yield plain;
      buffer.drop(cut);
      return false;
    }
    const part = readQuoted(whole, delimiter, decimal, line, isLast);
    line += part.lines;
    yield part.cells;
    buffer.drop(part.bytes);
    return part.isCutShort;
  }
  function* takeAll(isLast: boolean): Generator<Cells> {
    while (yield* take(isLast));
    if (buffer.length > MAX_ROW_BYTES) throw endless(path, line, buffer);
  }
  for (const piece of textPieces(bytes, path)) {
    buffer.append(piece);
    yield* takeAll(false);
  }
  buffer.append(Uint8Array.of(LINE_FEED));
  yield* takeAll(true);
}
