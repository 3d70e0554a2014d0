/** Cells of text with quotation marks, as papaparse takes them apart. */

import Papa from 'papaparse';
import type { Cells } from './cells.ts';
import { type DecimalMark, numberOf } from './number-text.ts';

interface Parsed {
  readonly data: readonly (readonly string[])[];
  readonly errors: readonly { readonly code: string; readonly row: number }[];
  readonly meta: { readonly cursor: number };
}

const FLAWS: Readonly<Record<string, string>> = {
  MissingQuotes: 'has a quotation mark that is never closed',
  InvalidQuotes: 'has text behind a closing quotation mark',
};
const LINE_FEED = 10;
const UNREADABLE = '\ufffd';

/** Cells, and how much of the text they come from. */
export interface QuotedPart {
  readonly cells: Cells;
  readonly bytes: number;
  readonly lines: number;
  /** Behind a row whose quotation marks are wrong the rest is to be read anew. */
  readonly isCutShort: boolean;
}

/** Rows with texts, of which the last one may be wrong. */
interface Rows {
  readonly data: readonly (readonly string[])[];
  readonly flaw: string | undefined;
  readonly lines: number;
}

function decode(bytes: Uint8Array): { readonly text: string; readonly isUtf8: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), isUtf8: true };
  } catch {
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), isUtf8: false };
  }
}

function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Where the line behind so many begins. Bytes that are no UTF-8 hide no line feed. */
function afterLines(bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines; line++) at = bytes.indexOf(LINE_FEED, at) + 1;
  return at;
}

function linesOf(rows: Parsed['data']): number {
  return rows.reduce((sum, cells) => cells.reduce((own, text) => own + lineFeeds(text), sum + 1), 0);
}

/** A row with wrong quotation marks would swallow what follows, up to the next mark; it ends with its first line instead. */
function parseRows(text: string, delimiter: string, isLast: boolean): Rows {
  const parsed = new Papa.Parser({ delimiter, newline: '\n' }).parse(text, 0, !isLast) as Parsed;
  const [error] = parsed.errors;
  if (error === undefined) {
    const lines = lineFeeds(text.slice(0, isLast ? text.length : parsed.meta.cursor));
    return { data: parsed.data, flaw: undefined, lines };
  }
  const good = parsed.data.slice(0, error.row);
  return {
    data: [...good, ['']],
    flaw: FLAWS[error.code] ?? 'cannot be taken apart',
    lines: linesOf(good) + 1,
  };
}

class ParsedCells implements Cells {
  readonly rows: number;
  readonly rowStarts: Uint32Array;
  readonly numbers: Float64Array;
  readonly #data: Rows['data'];
  readonly #flaw: string | undefined;
  /** Of each row its place among the parsed ones, which empty lines are among. */
  readonly #places: readonly number[];
  readonly #texts: readonly string[];
  readonly #firstLine: number;
  readonly #isUtf8: boolean;

  constructor({ data, flaw }: Rows, decimal: DecimalMark, firstLine: number, isUtf8: boolean) {
    this.#data = data;
    this.#flaw = flaw;
    const isRow = (row: readonly string[], place: number) =>
      row.length > 1 || row[0] !== '' || this.#isFlawed(place);
    this.#places = data.flatMap((row, place) => (isRow(row, place) ? [place] : []));
    this.#texts = this.#places.flatMap((place) => data[place]);
    this.#firstLine = firstLine;
    this.#isUtf8 = isUtf8;
    this.rows = this.#places.length;
    this.numbers = Float64Array.from(this.#texts, (text) => numberOf(text, decimal));
    this.rowStarts = new Uint32Array(this.rows + 1);
    for (const [row, place] of this.#places.entries()) {
      this.rowStarts[row + 1] = this.rowStarts[row] + data[place].length;
    }
  }

  #isFlawed(place: number): boolean {
    return this.#flaw !== undefined && place === this.#data.length - 1;
  }

  text(cell: number): string | undefined {
    const text = this.#texts[cell];
    return this.#isUtf8 || !text.includes(UNREADABLE) ? text : undefined;
  }

  line(row: number): number {
    return this.#firstLine + linesOf(this.#data.slice(0, this.#places[row]));
  }

  flaw(row: number): string | undefined {
    return this.#isFlawed(this.#places[row]) ? this.#flaw : undefined;
  }
}

/** Takes whole rows apart: all of them where the text `isLast`, else those that surely have ended. */
export function readQuoted(
  bytes: Uint8Array,
  delimiter: string,
  decimal: DecimalMark,
  firstLine: number,
  isLast: boolean,
): QuotedPart {
  const { text, isUtf8 } = decode(bytes);
  const rows = parseRows(text.replaceAll('\r\n', '\n'), delimiter, isLast);
  const isCutShort = rows.flaw !== undefined;
  return {
    cells: new ParsedCells(rows, decimal, firstLine, isUtf8),
    bytes: isLast && !isCutShort ? bytes.length : afterLines(bytes, rows.lines),
    lines: rows.lines,
    isCutShort,
  };
}
