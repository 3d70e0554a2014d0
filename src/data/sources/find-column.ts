import { inputError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { Column } from './row-source.ts';

const LISTED = 12;

/** The place of the column `name`. Throws `unknown-column` (input) in words that begin as `owner`, with the name that was probably meant. */
export function findColumn(
  columns: readonly Pick<Column, 'name'>[],
  name: string,
  owner = 'The data have',
): number {
  const names = columns.map((column) => column.name);
  const place = names.indexOf(name);
  if (place >= 0) return place;
  const near = nearestName(name, names);
  const listed = names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', …' : '');
  throw inputError(
    'unknown-column',
    `${owner} no column ${JSON.stringify(name)}`,
    near === undefined ? `The columns are ${listed}.` : `Did you mean ${JSON.stringify(near)}?`,
  );
}
