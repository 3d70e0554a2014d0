/** Rows of readings out of what a board prints: which columns there are, what fits them, and what does not. */

import { type ParsedLine, parseLine } from './parse-line.ts';
import { type SerialLine, SerialLines } from './serial-lines.ts';

/** A row, and when its line was heard. */
export interface Reading {
  /** In seconds, of the clock of whoever pushed the bytes. */
  readonly time: number;
  readonly values: readonly number[];
}

/** Lines that are no rows. */
export interface LineCounts {
  /** Lines of numbers that fit the columns. */
  readonly rows: number;
  /** Cut, mixed, or with other columns than most: they are dropped. */
  readonly malformed: number;
  /** What the board said besides. */
  readonly words: number;
  /** Values that the sensor could not tell: nan, inf, ovf. */
  readonly missing: number;
}

/** So many rows decide together which columns there are: the first ones may be damaged. */
const SETTLING_ROWS = 5;
/** What is told of a malformed line. */
const EXAMPLE_CHARACTERS = 60;

type Row = Extract<ParsedLine, { readonly kind: 'row' }>;

/** What tells rows of other columns apart. */
function layoutOf({ names, values }: Row): string {
  return names === undefined ? String(values.length) : JSON.stringify(names);
}

function mostCommon(layouts: readonly string[]): string {
  const countOf = (layout: string): number => layouts.filter((one) => one === layout).length;
  return [...layouts].sort((a, b) => countOf(b) - countOf(a))[0];
}

/** Takes what a board prints piece by piece and gives rows of the same columns. */
export class Readings {
  readonly #lines = new SerialLines();
  /** Until the columns are known. */
  #waiting: { readonly time: number; readonly row: Row; readonly text: string }[] = [];
  #layout: string | undefined;
  #columns: readonly string[] | undefined;
  #header: readonly string[] | undefined;
  #counts = { rows: 0, malformed: 0, words: 0, missing: 0 };
  #example: string | undefined;

  /** The columns, once they are known: names of the board's, or `x0`, `x1`, …. */
  get columns(): readonly string[] | undefined {
    return this.#columns;
  }

  /** Rows that were heard, with those that wait for others to say what the columns are. */
  get heard(): number {
    return this.#counts.rows + this.#waiting.length;
  }

  get counts(): LineCounts {
    return this.#counts;
  }

  /** The first malformed line, its beginning. Foreign text. */
  get example(): string | undefined {
    return this.#example;
  }

  /** The rows that end in `bytes`, which were heard at `time`; the first ones come when the columns are known. */
  push(bytes: Uint8Array, time: number): readonly Reading[] {
    return this.#lines.push(bytes).flatMap((line) => this.#take(line, time));
  }

  /** Rows that were still waiting for others. */
  end(): readonly Reading[] {
    return this.#layout === undefined && this.#waiting.length > 0 ? this.#settle() : [];
  }

  #take({ text, cut, first }: SerialLine, time: number): readonly Reading[] {
    const parsed: ParsedLine = cut ? { kind: 'malformed' } : parseLine(text);
    // Of numbers nobody knows how many came before; a board that starts when its port is opened names its columns there.
    if (first && parsed.kind !== 'words') return [];
    switch (parsed.kind) {
      case 'empty':
        return [];
      case 'malformed':
        this.#drop(text);
        return [];
      case 'words':
        this.#hear(parsed.words);
        return [];
      case 'row':
        if (this.#layout !== undefined) return this.#row(parsed, text, time);
        this.#waiting.push({ time, row: parsed, text });
        return this.#waiting.length < SETTLING_ROWS ? [] : this.#settle();
    }
  }

  /** The last texts before the first row may name its columns; repeated, they say nothing new. */
  #hear(words: readonly string[]): void {
    if (this.#header?.join() === words.join()) return;
    this.#counts.words++;
    if (this.#waiting.length === 0 && this.#layout === undefined) this.#header = words;
  }

  #drop(text: string): void {
    this.#counts.malformed++;
    this.#example ??= text.slice(0, EXAMPLE_CHARACTERS);
  }

  #row(row: Row, text: string, time: number): readonly Reading[] {
    if (layoutOf(row) !== this.#layout) {
      this.#drop(text);
      return [];
    }
    this.#counts.rows++;
    for (const value of row.values) if (Number.isNaN(value)) this.#counts.missing++;
    return [{ time, values: row.values }];
  }

  #settle(): readonly Reading[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#layout = mostCommon(waiting.map(({ row }) => layoutOf(row)));
    const { row } = waiting.find((one) => layoutOf(one.row) === this.#layout) ?? waiting[0];
    this.#columns = row.names ?? this.#headerFor(row.values.length);
    return waiting.flatMap((one) => this.#row(one.row, one.text, one.time));
  }

  #headerFor(width: number): readonly string[] {
    const header = this.#header;
    if (header?.length === width && new Set(header).size === width) {
      this.#counts.words--;
      return header;
    }
    return Array.from({ length: width }, (_, place) => `x${place}`);
  }
}
