/** Columns of a table whose texts are names of files that lie beside it. */

import { TinymlError } from '../../core/errors.ts';
import { ATTACHED_NAMES, type AttachedName } from '../../data/attached/attached-forms.ts';
import { besideTable, type ListedTable } from '../../data/attached/beside-table.ts';
import type { DataFile } from '../../data/sources/data-file.ts';
import { filesOfKind } from '../../data/sources/source-names.ts';
import { listedAt } from '../dataset/open-files.ts';
import type { StageContext } from '../stage.ts';
import type { Profile, ProfiledColumn } from './profile.ts';

/** A column, and those of the files that are there. */
export interface NamedFiles {
  readonly column: string;
  readonly source: AttachedName;
  readonly files: readonly DataFile[];
}

/** The kind of files that all texts of a column are called as. */
function kindOf({ kind, texts = [] }: ProfiledColumn): AttachedName | undefined {
  if (kind !== 'category' || texts.length === 0) return undefined;
  const files = texts.map((path) => ({ path }));
  return ATTACHED_NAMES.find((name) => filesOfKind(files, name).length === files.length);
}

function fileBeside(
  folder: string,
  name: string,
  context: Pick<StageContext, 'listFiles'>,
): readonly DataFile[] {
  try {
    return listedAt(besideTable(folder, name), context).slice(0, 1);
  } catch (error) {
    if (error instanceof TinymlError) return [];
    throw error;
  }
}

/** Of tables in one folder: names begin there. */
export function namedFiles(
  { columns }: Profile,
  tables: readonly ListedTable[],
  context: Pick<StageContext, 'listFiles'>,
): readonly NamedFiles[] {
  const [folder, ...others] = new Set(tables.map((table) => table.folder));
  if (others.length > 0) return [];
  return columns.flatMap((column) => {
    const source = kindOf(column);
    if (source === undefined) return [];
    const files = (column.texts ?? []).flatMap((name) => fileBeside(folder, name, context));
    return files.length === 0 ? [] : [{ column: column.name, source, files }];
  });
}
