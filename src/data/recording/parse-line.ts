/** What one line of a board says: numbers between commas, tabs, semicolons or blanks, as the Serial Plotter takes them. */

/** More values in a line are no row: nobody prints so many. */
export const MOST_VALUES = 1024;
const MOST_NAME_CHARACTERS = 64;

/** One line. */
export type ParsedLine =
  /** Values in their order; NaN for what a sensor could not tell. Names where the line gives them: `x:0.1 y:0.2`. */
  | { readonly kind: 'row'; readonly values: readonly number[]; readonly names?: readonly string[] }
  /** Texts alone, where a row could have values: the names of columns, or what the board has to say. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Numbers and texts in a way that is no row. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'empty' };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** As Arduino's `Print` writes floats that are no numbers, or too large for it. */
const NO_NUMBER = /^[+-]?(?:nan|inf|ovf)$/i;
/** A number that is cut or written otherwise is no word. */
const LETTER_FIRST = /^\D*\p{L}/u;
const CONTROL = /\p{C}/u;

/** Undefined for what is no number. */
function numberOf(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  return NO_NUMBER.test(text) ? Number.NaN : undefined;
}

/** Blanks around a colon belong to it: `x: 0.1`. Where something stronger separates, blanks are part of names. */
function cellsOf(line: string): string[] {
  const joined = line.replace(/ *: */g, ':');
  if (!/[,;\t]/.test(joined)) return joined.split(/ +/);
  const cells = joined.split(/[,;\t]/).map((cell) => cell.trim());
  // Who prints a separator behind every value prints one behind the last.
  return cells.at(-1) === '' ? cells.slice(0, -1) : cells;
}

interface Cell {
  readonly name?: string;
  readonly value: number;
}

/** Undefined for what is neither a number nor `name:number`. */
function cellOf(text: string): Cell | undefined {
  const colon = text.lastIndexOf(':');
  const value = numberOf(text.slice(colon + 1));
  if (value === undefined) return undefined;
  if (colon < 0) return { value };
  const name = text.slice(0, colon);
  return isName(name) ? { name, value } : undefined;
}

function isName(text: string): boolean {
  return text !== '' && text.length <= MOST_NAME_CHARACTERS && !CONTROL.test(text);
}

function rowOf(cells: readonly Cell[]): ParsedLine {
  const values = cells.map(({ value }) => value);
  const names = cells.flatMap(({ name }) => name ?? []);
  if (names.length === 0) return { kind: 'row', values };
  const areNames = names.length === cells.length && new Set(names).size === names.length;
  return areNames ? { kind: 'row', values, names } : { kind: 'malformed' };
}

/** Never throws, whatever the line holds. */
export function parseLine(line: string): ParsedLine {
  const trimmed = line.trim();
  if (trimmed === '') return { kind: 'empty' };
  const texts = cellsOf(trimmed);
  if (texts.length > MOST_VALUES || CONTROL.test(trimmed.replaceAll('\t', ''))) return { kind: 'malformed' };
  const cells = texts.flatMap((text) => cellOf(text) ?? []);
  if (cells.length === texts.length && cells.length > 0) return rowOf(cells);
  const areWords = cells.length === 0 && texts.every((text) => isName(text) && LETTER_FIRST.test(text));
  return areWords ? { kind: 'words', words: texts } : { kind: 'malformed' };
}
