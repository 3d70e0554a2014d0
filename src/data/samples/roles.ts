/** What the columns of a table are to a network. */

import { inputError } from '../../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { findColumn } from '../sources/find-column.ts';
import type { Column } from '../sources/row-source.ts';

/** As a project file names them. */
export interface ColumnNames {
  /** By default every column that has no other role and is no time. */
  readonly features?: readonly string[] | undefined;
  readonly target?: string | readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly time?: string | undefined;
  /** What each input sees of the features, where there are several: arrays may stand beside numbers then, in one of their own. */
  readonly inputs?: readonly { readonly features: readonly string[] }[] | undefined;
}

/** Places of columns; `features` and `targets` in the order in which they were named. */
export interface Roles {
  readonly features: readonly number[];
  readonly targets: readonly number[];
  readonly group?: number;
  readonly time?: number;
}

function asList(names: string | readonly string[] | undefined): readonly string[] {
  return typeof names === 'string' ? [names] : (names ?? []);
}

/** A column in both would be seen, though who wrote it into "ignore" thinks that it is not. */
function refuseIgnored({ features, ignore, inputs }: ColumnNames): void {
  const seen = new Set([features ?? [], ...(inputs ?? []).map((input) => input.features)].flat());
  const both = ignore?.find((name) => seen.has(name));
  if (both === undefined) return;
  throw inputError(
    'ignored-feature',
    `The column ${JSON.stringify(both)} stands in "features" and in "ignore"`,
    'Take it out of "features" for a network that does not see it, or out of "ignore".',
  );
}

/** Throws `unknown-column`, `ignored-feature`, `no-features` and `column-shapes` (input). */
export function chooseRoles(columns: readonly Column[], names: ColumnNames): Roles {
  refuseIgnored(names);
  const placeOf = (name: string): number => findColumn(columns, name);
  const targets = asList(names.target).map(placeOf);
  const group = names.group === undefined ? undefined : placeOf(names.group);
  const time = names.time === undefined ? undefined : placeOf(names.time);
  const taken = new Set([...targets, ...asList(names.ignore).map(placeOf), group, time]);
  const features =
    names.features?.map(placeOf) ??
    columns.flatMap(({ kind }, place) => (taken.has(place) || kind === 'time' ? [] : [place]));
  if (features.length === 0) {
    throw inputError('no-features', 'No column is left for the network to see', 'Name some in "features".');
  }
  const seen = names.inputs?.map((input) => input.features.map(placeOf)) ?? [features];
  for (const places of seen) checkTogether(places.map((place) => columns[place]));
  return {
    features,
    targets,
    ...(group === undefined ? {} : { group }),
    ...(time === undefined ? {} : { time }),
  };
}

function checkTogether(features: readonly Column[]): void {
  const shaped = features.find(({ shape }) => shape.length > 0);
  if (shaped !== undefined && features.length > 1) {
    throw inputError(
      'column-shapes',
      `The column ${JSON.stringify(shaped.name)} holds ${formatShape(shaped.shape)} in every row, and no other column can stand beside it`,
      'Name it alone in "features", or put the others into "ignore".',
    );
  }
}

/** Where each feature begins among the values that all of them have in a row. */
export function featureOffsets(
  columns: readonly Column[],
  { features }: Pick<Roles, 'features'>,
): readonly number[] {
  let offset = 0;
  return features.map((place) => {
    const own = offset;
    offset += elementCount(columns[place].shape);
    return own;
  });
}

/** Of the features of one row: `[3]` for three columns, that of a picture for a picture, that of all values for what is mixed. */
export function featureShape(columns: readonly Column[], { features }: Pick<Roles, 'features'>): Shape {
  const { shape } = columns[features[0]];
  if (features.length === 1 && shape.length > 0) return shape;
  return [features.reduce((sum, place) => sum + elementCount(columns[place].shape), 0)];
}
