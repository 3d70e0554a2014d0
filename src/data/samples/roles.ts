/** What the columns of a table are to a network. */

import { inputError, type TinymlError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import type { Column } from '../sources/row-source.ts';

/** As a project file names them. */
export interface ColumnNames {
  /** By default every column that has no other role and is no time. */
  readonly features?: readonly string[] | undefined;
  readonly target?: string | readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly group?: string | undefined;
  readonly time?: string | undefined;
}

/** Places of columns; `features` and `targets` in the order in which they were named. */
export interface Roles {
  readonly features: readonly number[];
  readonly targets: readonly number[];
  readonly group?: number;
  readonly time?: number;
}

function unknownColumn(name: string, columns: readonly Column[], role: string): TinymlError {
  const names = columns.map((column) => column.name);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `There are ${names.join(', ')}.` : `Did you mean "${nearest}"?`;
  return inputError(
    'unknown-column',
    `There is no column "${name}", which the project calls its ${role}`,
    hint,
  );
}

function asList(names: string | readonly string[] | undefined): readonly string[] {
  return typeof names === 'string' ? [names] : (names ?? []);
}

/** Throws `unknown-column`, `no-features` and `column-shapes` (input). */
export function chooseRoles(columns: readonly Column[], names: ColumnNames): Roles {
  const placeOf = (name: string, role: string): number => {
    const place = columns.findIndex((column) => column.name === name);
    if (place < 0) throw unknownColumn(name, columns, role);
    return place;
  };
  const targets = asList(names.target).map((name) => placeOf(name, 'target'));
  const ignored = asList(names.ignore).map((name) => placeOf(name, '"ignore"'));
  const group = names.group === undefined ? undefined : placeOf(names.group, 'group');
  const time = names.time === undefined ? undefined : placeOf(names.time, 'time');
  const taken = new Set([...targets, ...ignored, group, time]);
  const features =
    names.features?.map((name) => placeOf(name, 'feature')) ??
    columns.flatMap(({ kind }, place) => (taken.has(place) || kind === 'time' ? [] : [place]));
  checkFeatures(features.map((place) => columns[place]));
  return {
    features,
    targets,
    ...(group === undefined ? {} : { group }),
    ...(time === undefined ? {} : { time }),
  };
}

function checkFeatures(features: readonly Column[]): void {
  if (features.length === 0) {
    throw inputError(
      'no-features',
      'No column is left for the network to look at',
      'Name some in "features".',
    );
  }
  const shaped = features.find(({ shape }) => shape.length > 0);
  if (shaped !== undefined && features.length > 1) {
    throw inputError(
      'column-shapes',
      `The column "${shaped.name}" holds ${formatShape(shaped.shape)} in every row, and no other column can stand beside it`,
      'Name it alone in "features", or put the others into "ignore".',
    );
  }
}

/** Of the features of one row: `[3]` for three columns, that of a picture for a picture. */
export function featureShape(columns: readonly Column[], { features }: Roles): Shape {
  const { shape } = columns[features[0]];
  return shape.length > 0 ? shape : [features.length];
}

/** Values of one row's features. */
export function featureCount(columns: readonly Column[], roles: Roles): number {
  return elementCount(featureShape(columns, roles));
}
