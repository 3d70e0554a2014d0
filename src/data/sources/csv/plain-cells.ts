/**
 * Cells of text without quotation marks: rows end at line feeds and cells at delimiters, wherever those stand. Most numbers
 * are read from the bytes as they are, for a string of each would be the cost of reading a file.
 */

import type { Cells } from './cells.ts';
import { type DecimalMark, numberOf } from './number-text.ts';

const [LINE_FEED, RETURN, BLANK, PLUS, COMMA, MINUS, POINT, ZERO] = [10, 13, 32, 43, 44, 45, 46, 48];
/** So many digits make an integer that a double holds; divided by an exact power of ten it is rounded once, as it must be. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`));
/** Shorter ones are made of their bytes faster than by a decoder. */
const SHORT = 32;

export class PlainCells implements Cells {
  rows = 0;
  rowStarts = new Uint32Array(0);
  numbers = new Float64Array(0);
  readonly #delimiter: number;
  readonly #decimal: DecimalMark;
  readonly #point: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #bytes = new Uint8Array(0);
  #starts = new Uint32Array(0);
  #ends = new Uint32Array(0);
  #lines = new Uint32Array(0);
  #cells = 0;

  constructor(delimiter: string, decimal: DecimalMark) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#decimal = decimal;
    this.#point = decimal === '.' ? POINT : COMMA;
  }

  /** Takes rows apart: `bytes` end with a line feed, and begin in line `line` of the file. Lines in it. */
  read(bytes: Uint8Array<ArrayBuffer>, line: number): number {
    this.#bytes = bytes;
    this.rows = 0;
    this.#cells = 0;
    let [at, own] = [0, line];
    while (at < bytes.length) {
      const blank = bytes[at] === RETURN && bytes[at + 1] === LINE_FEED ? 2 : bytes[at] === LINE_FEED ? 1 : 0;
      at = blank > 0 ? at + blank : this.#readRow(at, own);
      own++;
    }
    this.#growRows();
    this.rowStarts[this.rows] = this.#cells;
    return own - line;
  }

  #growRows(): void {
    if (this.rows < this.#lines.length) return;
    const capacity = Math.max(1024, 2 * this.rows);
    this.rowStarts = grown(this.rowStarts, new Uint32Array(capacity));
    this.#lines = grown(this.#lines, new Uint32Array(capacity));
  }

  #growCells(): void {
    const capacity = Math.max(4096, 2 * this.#cells);
    this.numbers = grown(this.numbers, new Float64Array(capacity));
    this.#starts = grown(this.#starts, new Uint32Array(capacity));
    this.#ends = grown(this.#ends, new Uint32Array(capacity));
  }

  /** Where the next row begins. */
  #readRow(from: number, line: number): number {
    this.#growRows();
    this.rowStarts[this.rows] = this.#cells;
    this.#lines[this.rows++] = line;
    const [bytes, delimiter, point] = [this.#bytes, this.#delimiter, this.#point];
    let at = from;
    for (;;) {
      if (this.#cells === this.numbers.length) this.#growCells();
      const start = at;
      const sign = bytes[at];
      if (sign === MINUS || sign === PLUS) at++;
      let whole = 0;
      let digits = 0;
      let decimals = -1;
      for (; ; at++) {
        const byte = bytes[at];
        if (byte >= ZERO && byte < ZERO + 10) {
          whole = whole * 10 + (byte - ZERO);
          digits++;
          if (decimals >= 0) decimals++;
        } else if (byte === point && byte !== delimiter && decimals < 0) decimals = 0;
        else break;
      }
      let end = at;
      while (bytes[end] !== delimiter && bytes[end] !== LINE_FEED) end++;
      const isLast = bytes[end] === LINE_FEED;
      const next = end + 1;
      if (isLast && end > start && bytes[end - 1] === RETURN) end--;
      const cell = this.#cells++;
      this.#starts[cell] = start;
      this.#ends[cell] = end;
      if (at >= end && digits > 0 && digits <= EXACT_DIGITS) {
        const size = decimals > 0 ? whole / POWERS[decimals] : whole;
        this.numbers[cell] = sign === MINUS ? -size : size;
      } else this.numbers[cell] = this.#unusual(start, end);
      at = next;
      if (isLast) return at;
    }
  }

  /** A number with blanks around it, an exponent or many digits; NaN for other text. */
  #unusual(start: number, end: number): number {
    if (start === end) return Number.NaN;
    const first = this.#bytes[start];
    const isLetter = first > 64 && first !== 105 && first !== 73;
    if (isLetter || (first < BLANK && first !== 9)) return Number.NaN;
    return numberOf(this.#text(start, end) ?? '', this.#decimal);
  }

  #text(start: number, end: number): string | undefined {
    const bytes = this.#bytes;
    let text = '';
    if (end - start <= SHORT) {
      let at = start;
      while (at < end && bytes[at] < 128) text += String.fromCharCode(bytes[at++]);
      if (at === end) return text;
    }
    try {
      return this.#decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  }

  text(cell: number): string | undefined {
    return this.#text(this.#starts[cell], this.#ends[cell]);
  }

  line(row: number): number {
    return this.#lines[row];
  }

  flaw(): undefined {
    return undefined;
  }
}

function grown<T extends Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
