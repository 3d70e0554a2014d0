/** The files of a dataset: those that the project names, and those that their rows name. */

import { inputError, TinymlError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { attachedSource, type FindAttached, namesIn } from '../../data/attached/attached-source.ts';
import { besideTable, type ListedTable, listedTables } from '../../data/attached/beside-table.ts';
import type { DataFile } from '../../data/sources/data-file.ts';
import { SOURCES } from '../../data/sources/index.ts';
import type { ColumnKind, RowSource } from '../../data/sources/row-source.ts';
import { Skipping } from '../../data/sources/skipping.ts';
import { filesOfKind, SOURCE_EXTENSIONS } from '../../data/sources/source-names.ts';
import type { FilesConfig } from '../dataset-config.ts';
import type { StageContext } from '../stage.ts';
import { attachedForms } from './input-config.ts';

type Listing = Pick<StageContext, 'listFiles'>;

/** As a list. */
export function pathsOf(path: string | readonly string[] | undefined): readonly string[] {
  return typeof path === 'string' ? [path] : (path ?? []);
}

/** Of a folder, files of other kinds are not looked at. Throws `no-data` (input) where it has none of the kind. */
export function tablesAt(
  paths: readonly string[],
  { source }: Pick<FilesConfig, 'source'>,
  { listFiles }: Listing,
): readonly ListedTable[] {
  return paths.flatMap((path) => {
    const files = listFiles(path);
    if (files.length === 1) return listedTables(path, files);
    const own = filesOfKind(files, source);
    if (own.length > 0) return listedTables(path, own);
    throw inputError(
      'no-data',
      `${path} holds ${counted(files.length, 'file')}, and none of them is ${SOURCE_EXTENSIONS[source].join(' or ')}`,
      'Choose another "source" or "path".',
    );
  });
}

/** Its path as the project would say it, of a file that a table names. */
function pathFinder(tables: readonly ListedTable[]): (table: DataFile, name: string) => string {
  const folders = new Map(tables.map(({ file, folder }) => [file, folder]));
  return (table, name) => besideTable(folders.get(table) ?? '', name);
}

/** Empty for what is not there. Tables come from anywhere, so pipes and devices are refused. */
export function listedAt(path: string, { listFiles }: Listing): readonly DataFile[] {
  try {
    return listFiles(path, 'stored');
  } catch (error) {
    if (error instanceof TinymlError && error.code === 'no-such-file') return [];
    throw error;
  }
}

function attachedFinder(tables: readonly ListedTable[], context: Listing): FindAttached {
  const pathOf = pathFinder(tables);
  return (table, name) => {
    const path = pathOf(table, name);
    const [file] = listedAt(path, context);
    if (file !== undefined && path.endsWith(file.path)) return { ...file, path: name };
    throw inputError(
      'no-such-file',
      file === undefined ? `there is no file ${path}` : `${path} is a folder`,
      'Correct the row, or leave it out; "skipBad" says how many rows may be left out because of that.',
    );
  };
}

/** What the project file says of columns; those that name files are texts, whatever they look like. */
function kindsOf({
  columns,
  inputs,
}: Pick<FilesConfig, 'columns' | 'inputs'>): Readonly<Record<string, ColumnKind>> | undefined {
  const named = attachedForms(inputs).map(({ column }) => [column, 'category'] as const);
  return named.length === 0 ? columns : { ...columns, ...Object.fromEntries(named) };
}

function openTables(
  options: FilesConfig,
  tables: readonly ListedTable[],
  skip: Skipping['skip'],
): Promise<RowSource> {
  const kinds = kindsOf(options);
  const files = tables.map(({ file }) => file);
  return SOURCES[options.source].open(files, options.format, { skip, ...(kinds && { kinds }) });
}

/** The rows of `tables`, with what the files hold that they name. */
export async function openFiles(
  options: FilesConfig,
  tables: readonly ListedTable[],
  context: Listing,
  { skip }: Skipping,
): Promise<RowSource> {
  const source = await openTables(options, tables, skip);
  const forms = attachedForms(options.inputs);
  return forms.length === 0
    ? source
    : attachedSource(source, forms, attachedFinder(tables, context), { skip });
}

/**
 * Paths of all files that the samples are made of, as the project would say them: what the rows name is told by reading the
 * tables, with the errors that reading them has. Of what is not there nothing is said: who reads the rows will.
 */
export async function filesRead(options: FilesConfig, context: Listing): Promise<readonly string[]> {
  const paths = [...pathsOf(options.path), ...pathsOf(options.test)];
  const forms = attachedForms(options.inputs);
  if (forms.length === 0) return paths;
  const tables = tablesAt(paths, options, context);
  const source = await openTables(options, tables, new Skipping(options.skipBad).skip);
  const pathOf = pathFinder(tables);
  const named = await namesIn(
    source,
    forms.map(({ column }) => column),
  );
  const attached = named.flatMap(({ file, name }) => {
    try {
      const path = pathOf(file, name);
      return listedAt(path, context).length === 0 ? [] : [path];
    } catch (error) {
      if (error instanceof TinymlError) return [];
      throw error;
    }
  });
  return [...paths, ...new Set(attached)];
}
