import { findColumn } from './find-column.ts';
import { badData } from './read-file.ts';
import type { Column } from './row-source.ts';
import type { ReadContext } from './source.ts';

/**
 * For columns whose kind the files decide: what the project file says of them must be that. Throws `unknown-column`,
 * `bad-data` (input).
 */
export function requireKinds(columns: readonly Column[], { kinds = {} }: Pick<ReadContext, 'kinds'>): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const column = columns[findColumn(columns, name)];
    if (column.kind === kind) continue;
    throw badData(
      `Column ${JSON.stringify(name)} is a ${column.kind}, and no ${kind}`,
      'Leave it out of the kinds.',
    );
  }
}
