/** The rows of a file of JSON, whatever its layout. */

import { type TinymlError, unsupportedError } from '../../../core/errors.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { textPieces } from '../csv/text-pieces.ts';
import { badData } from '../read-file.ts';
import type { JsonLayout } from './json-format.ts';

const LINE_FEED = 10;
const MAX_LINE_BYTES = 2 ** 24;
/** Parsed, numbers take several times as much memory. */
const MAX_BYTES = 2 ** 27;

/** A row as it stands in the file, or why it is none, as the end of a sentence. */
export type JsonRow = { readonly row: number; readonly where: string } & (
  | { readonly value: unknown }
  | { readonly flaw: string }
);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text, or undefined where the bytes are no UTF-8. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What JSON.parse gives, or why it gives nothing, as the end of a sentence. */
function parsed(text: string | undefined): { readonly value: unknown } | { readonly flaw: string } {
  if (text === undefined) return { flaw: 'is not UTF-8' };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0].slice(0, 120) : '';
    return { flaw: `is no JSON: ${reason}` };
  }
}

function tooLarge(what: string): TinymlError {
  return unsupportedError(
    'too-large',
    what,
    'Write one row on each line (JSON lines), or CSV: those are read piece by piece.',
  );
}

/** Lines that are not empty; what has been read of a long one is kept in parts. */
function* linesOf(file: RandomAccessBytes, path: string): Generator<{ bytes: Uint8Array; line: number }> {
  let [parts, length, line] = [[] as Uint8Array[], 0, 0];
  const take = (last: Uint8Array): Uint8Array => {
    if (parts.length === 0) return last;
    const whole = new Uint8Array(length + last.length);
    let at = 0;
    for (const part of [...parts, last]) {
      whole.set(part, at);
      at += part.length;
    }
    [parts, length] = [[], 0];
    return whole;
  };
  for (const piece of textPieces(file, path)) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      yield { bytes: take(piece.subarray(start, end)), line: ++line };
      start = end + 1;
    }
    length += piece.length - start;
    if (length > MAX_LINE_BYTES) throw tooLarge(`line ${line + 1} has more than ${MAX_LINE_BYTES} bytes`);
    if (start < piece.length) parts.push(piece.slice(start));
  }
  yield { bytes: take(new Uint8Array(0)), line: line + 1 };
}

function* lineRows(file: RandomAccessBytes, path: string): Generator<JsonRow> {
  let row = 0;
  for (const { bytes, line } of linesOf(file, path)) {
    const text = decoded(bytes);
    if (text?.trim() === '') continue;
    yield { row, where: `row ${++row} (line ${line})`, ...parsed(text) };
  }
}

/** All of a file, which must fit into memory. */
export function readDocument(file: RandomAccessBytes, path: string): unknown {
  if (file.length > MAX_BYTES) {
    throw tooLarge(`it has ${file.length} bytes of JSON, and at most ${MAX_BYTES} are held in memory`);
  }
  const parts = Array.from(textPieces(file, path), (piece) => piece.slice());
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const result = parsed(decoded(bytes));
  if ('value' in result) return result.value;
  throw badData(`it ${result.flaw}`, 'Write it again as JSON, with null where there is no value.');
}

function listRows(document: unknown): JsonRow[] {
  if (!Array.isArray(document)) throw badData('it is no list of rows', 'Choose another "layout".');
  return document.map((value: unknown, row) => ({ row, where: `row ${row + 1}`, value }));
}

/** Samples by label; undefined where the document is something else. */
export function labelledSamples(
  document: unknown,
): readonly (readonly [string, readonly unknown[]])[] | undefined {
  if (!isObject(document)) return undefined;
  const labels = Object.entries(document).map(
    ([label, own]) => [label, isObject(own) ? own.data : own] as const,
  );
  const isLists = (own: unknown): own is unknown[] =>
    Array.isArray(own) && own.every((item) => Array.isArray(item));
  return labels.every((entry): entry is readonly [string, unknown[]] => isLists(entry[1]))
    ? labels
    : undefined;
}

function labelRows(document: unknown): JsonRow[] {
  const labels = labelledSamples(document);
  if (labels === undefined) {
    throw badData('it is no object with a list of samples for each label', 'Choose another "layout".');
  }
  const rows = labels.flatMap(([label, samples]) => samples.map((data) => ({ label, data })));
  return rows.map((value, row) => ({ row, where: `row ${row + 1}`, value }));
}

/** Throws `bad-data` for a file that has no rows to speak of, `too-large` (unsupported). */
export function jsonRows(file: RandomAccessBytes, path: string, layout: JsonLayout): Iterable<JsonRow> {
  if (layout === 'lines') return lineRows(file, path);
  const document = readDocument(file, path);
  return layout === 'list' ? listRows(document) : labelRows(document);
}
