/** The values of one file that a table names. */

import { TinymlError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount } from '../../core/tensor.ts';
import type { DataFile } from '../sources/data-file.ts';
import { findColumn } from '../sources/find-column.ts';
import { SOURCES } from '../sources/index.ts';
import { badData } from '../sources/read-file.ts';
import { columnOffsets, type RowSource, rowLengthOf } from '../sources/row-source.ts';
import type { ReadContext } from '../sources/source.ts';
import { type AttachedForm, attachedShape } from './attached-forms.ts';

function skipNothing(error: Error): never {
  throw error;
}

/** Where in a row of the file the values lie that are wanted. */
function wantedPlaces(source: RowSource, form: AttachedForm): readonly number[] {
  if (!('features' in form)) return Array.from({ length: rowLengthOf(source) }, (_, place) => place);
  const offsets = columnOffsets(source);
  return form.features.map((name) => offsets[findColumn(source.columns, name)]);
}

function contextFor(form: AttachedForm): ReadContext {
  if (!('features' in form)) return { skip: skipNothing };
  return { skip: skipNothing, kinds: Object.fromEntries(form.features.map((name) => [name, 'number'])) };
}

/** What lacks a column does not say which file it is: without its kind the file opens, and can be asked. */
async function openFile(file: DataFile, form: AttachedForm): Promise<RowSource> {
  const open = (context: ReadContext) => SOURCES[form.source].open([file], form.format, context);
  try {
    return await open(contextFor(form));
  } catch (error) {
    if (!(error instanceof TinymlError && error.code === 'unknown-column' && 'features' in form)) throw error;
    const { columns } = await open({ skip: skipNothing });
    for (const name of form.features) findColumn(columns, name, `${file.path} has`);
    throw error;
  }
}

/**
 * Values of the shape `attachedShape`, in C order; NaN is missing. Reads no further than it needs. Errors are those of the kind
 * of file (`bad-data`, `unknown-column`, `too-large`, …), and `bad-data` (input) for too few rows.
 */
export async function readAttached(file: DataFile, form: AttachedForm): Promise<Float64Array> {
  const values = new Float64Array(elementCount(attachedShape(form)));
  const source = await openFile(file, form);
  const places = wantedPlaces(source, form);
  const width = rowLengthOf(source);
  let filled = 0;
  for await (const block of source.blocks()) {
    for (let row = 0; row < block.rows && filled < values.length; row++)
      for (const place of places) values[filled++] = block.values[row * width + place];
    if (filled === values.length) return values;
  }
  const rows = filled / places.length;
  throw badData(
    `${file.path}: it has ${counted(rows, 'row')}, and ${values.length / places.length} are asked for`,
    'Leave it out, or make "length" smaller.',
  );
}
