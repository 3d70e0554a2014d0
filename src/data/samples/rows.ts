/** The rows of all files with what a network is to learn of each, on scratch: a few numbers a row are in memory. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { bytesOf, elementCount, type Shape } from '../../core/tensor.ts';
import { type Column, type RowSource, rowLengthOf } from '../sources/row-source.ts';
import type { MissingOptions } from './missing.ts';
import { featureShape, type Roles } from './roles.ts';
import { type DroppedRow, type Kept, placesOf, RowWriter, type Run } from './row-writer.ts';

export interface Rows {
  /** Of the features of one row. */
  readonly shape: Shape;
  readonly count: number;
  /** The rows of one file, and of one group in it. */
  readonly recordings: readonly Run[];
  /** Recordings cut where a row is missing. */
  readonly runs: readonly Run[];
  readonly targetCount: number;
  /** Of each row; empty where no column is one. */
  readonly groups: Float64Array;
  readonly times: Float64Array;
  /** How many rows were left out because something was missing in them. */
  readonly dropped: number;
  /** The first of them. */
  readonly firstDropped?: DroppedRow;
  /** Of every column of the source: in how many of those rows it was missing. */
  readonly droppedFor: Uint32Array;
  /** Of every column of the source: in how many rows it had a number that float32 cannot hold, which counts as missing. */
  readonly beyondFloat32: Uint32Array;
  /** The features of `rows` rows. */
  read(start: number, rows: number, into: Float32Array): void;
  readTargets(start: number, rows: number, into: Float64Array): void;
}

/** So many columns say where most is missing. */
const NAMED_COLUMNS = 6;

/** `"a" in 43, "b" in 7`, the worst first, of how many rows there are in each column. */
export function columnsText(columns: readonly Column[], counts: Uint32Array): string {
  const named = columns
    .map(({ name }, place) => ({ name, rows: counts[place] }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows);
  const texts = named.slice(0, NAMED_COLUMNS).map(({ name, rows }) => `${JSON.stringify(name)} in ${rows}`);
  const more = named.length - texts.length;
  return [...texts, ...(more > 0 ? [`${counted(more, 'more column')}`] : [])].join(', ');
}

/** What helps where rows are left out because something is missing in them. */
export const LEAVE_OUT_OR_FILL =
  'Take columns that are often empty out of "features" (or, without "features", name them in "ignore"), or have them filled: "policy": "keep" in "missing", and { "step": "fill" } first in "prepare".';

/** Values beyond float32 count as missing. Throws `no-rows` (input), with `hint`. */
export async function readRows(
  source: RowSource,
  roles: Roles,
  missing: MissingOptions,
  kept: Kept,
  hint: string = LEAVE_OUT_OR_FILL,
): Promise<Rows> {
  const writer = new RowWriter(source, roles, missing, kept);
  const length = rowLengthOf(source);
  for await (const block of source.blocks()) writer.take(block, length);
  writer.end();
  if (writer.count === 0) {
    throw inputError(
      'no-rows',
      writer.dropped === 0
        ? 'There is not one row in these files'
        : `Something is missing in ${writer.dropped === 1 ? 'the only row' : `all ${writer.dropped} rows`} (${columnsText(source.columns, writer.droppedFor)})`,
      hint,
    );
  }
  const shape = featureShape(source.columns, roles);
  const [size, width] = [elementCount(shape), placesOf(source, roles.targets).length];
  return {
    shape,
    count: writer.count,
    recordings: writer.recordings.filter(({ count }) => count > 0),
    runs: writer.runs,
    targetCount: width,
    groups: writer.groups.all(),
    times: writer.times.all(),
    dropped: writer.dropped,
    ...given({ firstDropped: writer.firstDropped }),
    droppedFor: writer.droppedFor,
    beyondFloat32: writer.beyondFloat32,
    read: (start, rows, into) =>
      kept.features.readAt(4 * start * size, bytesOf(into.subarray(0, rows * size))),
    readTargets: (start, rows, into) =>
      kept.targets.readAt(8 * start * width, bytesOf(into.subarray(0, rows * width))),
  };
}
