/** Tables of text: CSV, TSV and their like, of which papaparse reads what is quoted. */

import { inputError, type TinymlError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { changedFiles } from './changed-files.ts';
import { cellReader, MissingCells } from './csv/cell-reader.ts';
import { type FileLayout, layOut } from './csv/column-layout.ts';
import { type FileColumns, readColumnNames } from './csv/column-names.ts';
import { type CsvFormat, csvFormatSchema } from './csv/csv-format.ts';
import { inferKinds } from './csv/infer-kinds.ts';
import { sniffCsv } from './csv/sniff-csv.ts';
import { tableRows } from './csv/table-rows.ts';
import type { DataFile } from './data-file.ts';
import { findColumn } from './find-column.ts';
import { skipFailure } from './read-file.ts';
import type { Column, ColumnKind, RowBlock, RowSource } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';
import { TextBudget, TextTable } from './text-table.ts';

const SNIFFED_BYTES = 2 ** 18;

function noRows(files: readonly DataFile[]): TinymlError {
  const where = files.length === 1 ? `${files[0].path} has` : `The ${files.length} files have`;
  return inputError('no-data', `${where} no row`, 'Give files with at least one row.');
}

/** What `act` gives; where it fails, the file is left out. */
function orSkip<T>(context: ReadContext, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    skipFailure(error, context);
    return undefined;
  }
}

function headOf(file: DataFile): Uint8Array {
  const bytes = file.open();
  try {
    const head = new Uint8Array(Math.min(SNIFFED_BYTES, bytes.length));
    bytes.readAt(0, head);
    return head;
  } finally {
    bytes.close();
  }
}

/** Looked at for the rate: no clock of a computer is exact, and one recording may be an exception. */
const TIMED_FILES = 16;

function formatOf(file: DataFile): CsvFormat | undefined {
  return sniffCsv(headOf(file), file.path, file.length <= SNIFFED_BYTES);
}

/** The median of the rates of the first files. */
function commonRate(files: readonly DataFile[], context: ReadContext): number {
  const rates = files
    .slice(0, TIMED_FILES)
    .flatMap((file) => orSkip(context, () => formatOf(file))?.rate ?? [])
    .sort((a, b) => a - b);
  return rates[rates.length >> 1];
}

async function sniff(files: readonly DataFile[], context: ReadContext): Promise<CsvFormat> {
  for (const [place, file] of files.entries()) {
    const format = orSkip(context, () => formatOf(file));
    if (format === undefined) continue;
    return format.rate === undefined ? format : { ...format, rate: commonRate(files.slice(place), context) };
  }
  throw noRows(files);
}

function layoutsOf(files: readonly DataFile[], format: CsvFormat, context: ReadContext) {
  let first: FileColumns | undefined;
  const layouts: FileLayout[] = [];
  for (const file of files) {
    const layout = orSkip(context, () => {
      const columns = readColumnNames(file, format);
      first ??= columns;
      return columns === undefined || first === undefined
        ? undefined
        : layOut(columns, first.names, first.file);
    });
    if (layout !== undefined) layouts.push(layout);
  }
  if (first === undefined) throw noRows(files);
  return { names: first.names, layouts };
}

/** What the project file says of each column. */
function knownKinds(names: readonly string[], kinds: ReadContext['kinds']): (ColumnKind | undefined)[] {
  const known = new Array<ColumnKind | undefined>(names.length).fill(undefined);
  const columns = names.map((name) => ({ name }));
  for (const [name, kind] of Object.entries(kinds ?? {})) known[findColumn(columns, name)] = kind;
  return known;
}

async function open(files: readonly DataFile[], format: CsvFormat, context: ReadContext): Promise<RowSource> {
  const { names, layouts } = layoutsOf(files, format, context);
  const kinds = inferKinds(layouts, knownKinds(names, context.kinds), format, (error) => context.skip(error));
  const budget = new TextBudget();
  const tables = names.map(() => new TextTable(budget));
  const missing = new MissingCells(format);
  const reading = {
    format,
    names,
    readers: kinds.map((kind, place) => cellReader(kind, format, missing, tables[place])),
    plain: kinds.map((kind) => kind === 'number' && !missing.hasNumbers),
    skip: (error: TinymlError) => context.skip(error),
  };
  return {
    columns: names.map(
      (name, place): Column => ({
        name,
        kind: kinds[place],
        shape: [],
        ...(kinds[place] === 'category' ? { texts: tables[place].texts } : {}),
      }),
    ),
    async *blocks(): AsyncGenerator<RowBlock> {
      for (const layout of layouts) yield* tableRows(layout, reading);
    },
  };
}

/** Clocks of computers differ, and boards, by a few in a hundred. */
const SAME_RATE = 0.1;

/** Rows are taken as they come: whoever reads them as readings of one rate should know of others. */
function changes(files: readonly DataFile[], { rate }: CsvFormat): readonly string[] {
  if (rate === undefined) return [];
  const rateOf = (bytes: RandomAccessBytes): number => {
    const head = new Uint8Array(Math.min(SNIFFED_BYTES, bytes.length));
    bytes.readAt(0, head);
    return sniffCsv(head, 'The file', bytes.length <= SNIFFED_BYTES)?.rate ?? rate;
  };
  return changedFiles(files, rateOf, [
    {
      what: `recordings stay as they are, also those that have not ${counted(rate, 'row')} in a second`,
      which: [{ are: 'have another rate', test: (own) => Math.abs(own - rate) > SAME_RATE * rate }],
    },
  ]);
}

function recognizes(head: Uint8Array): boolean {
  const isJson = /^\s*[[{]/.test(new TextDecoder().decode(head.subarray(0, 64)));
  if (isJson) return false;
  try {
    return sniffCsv(head, 'The file', false) !== undefined;
  } catch {
    return false;
  }
}

export const csvSource: Source<CsvFormat, 'csv'> = {
  name: 'csv',
  summary: 'Tables of text: values between commas, semicolons or tabs, one row on a line.',
  format: csvFormatSchema,
  recognizes,
  changes,
  sniff,
  open,
};
