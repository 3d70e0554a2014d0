/** Files as a command line names them, read as they are: one path, or one for each of several names. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError, withAsyncErrorContext } from '../../core/errors.ts';
import { SOURCES } from '../../data/sources/index.ts';
import { joinedSource } from '../../data/sources/joined-source.ts';
import type { Column, RowSource } from '../../data/sources/row-source.ts';
import { filesOfKind } from '../../data/sources/source-names.ts';
import type { ReadingContext } from '../dataset/from-files.ts';
import { chooseSource } from '../proposal/choose-source.ts';

/** A file or folder, and what its columns are called together: the name of an input, or of what is true of samples. */
export interface NamedData {
  readonly name: string;
  readonly path: string;
}

/** One file or folder, or several by their names, whose rows lie side by side. */
export type GivenData = string | readonly NamedData[];

/** Rows, and the columns that a name stands for. */
export interface GivenSource {
  readonly source: RowSource;
  /** Places of columns by the name of their file, or by their own where one path was given. */
  readonly named: ReadonlyMap<string, readonly number[]>;
}

function skipNothing(error: Error): never {
  throw error;
}

async function openPath(path: string, { listFiles, report }: ReadingContext): Promise<RowSource> {
  const all = listFiles(path);
  const name = chooseSource(all, path);
  const named: readonly DataFile[] = filesOfKind(all, name);
  const files = named.length > 0 ? named : all;
  const reading = { skip: skipNothing };
  const format = await SOURCES[name].sniff(files, reading);
  report.info(`${path} is read as ${name}, as it is: no project says how its samples are prepared.`);
  return SOURCES[name].open(files, format, reading);
}

/** The columns of a file that has a name; a single one is called by it. */
function calledBy(name: string, { columns }: RowSource): readonly Column[] {
  return columns.length === 1 ? [{ ...columns[0], name }] : columns;
}

function refuseTwice(names: readonly string[], what: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw inputError(
    'column-twice',
    `${what} ${JSON.stringify(twice)} is given twice`,
    'Give every file a name of its own, and columns that no other file has.',
  );
}

/** Throws `unknown-data`, `bad-data`, `column-twice` (input). */
export async function openGiven(given: GivenData, context: ReadingContext): Promise<GivenSource> {
  if (typeof given === 'string') {
    const source = await openPath(given, context);
    return { source, named: new Map(source.columns.map(({ name }, place) => [name, [place]])) };
  }
  refuseTwice(
    given.map(({ name }) => name),
    'The name',
  );
  const named = new Map<string, readonly number[]>();
  const parts: { readonly name: string; readonly source: RowSource }[] = [];
  let place = 0;
  for (const { name, path } of given) {
    const opened = await withAsyncErrorContext(name, () => openPath(path, context));
    const columns = calledBy(name, opened);
    named.set(
      name,
      columns.map(() => place++),
    );
    parts.push({ name, source: { columns, blocks: opened.blocks.bind(opened) } });
  }
  const source = joinedSource(parts);
  refuseTwice(
    source.columns.map(({ name }) => name),
    'The column',
  );
  return { source, named };
}

/** As messages name them. */
export function givenName(given: GivenData): string {
  return typeof given === 'string' ? given : given.map(({ name, path }) => `${name}=${path}`).join(',');
}
