/** One recording of any length, as a project reads its own, row after row. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { SOURCES } from '../../data/sources/index.ts';
import { columnOffsets, rowLengthOf } from '../../data/sources/row-source.ts';
import type { FilesConfig } from '../dataset-config.ts';

/** Readings of every row; it holds until the next one. */
export type OnRow = (readings: Float32Array) => void;

function refuse(error: Error): never {
  throw error;
}

/** Files of one length are cut or filled up in training; a stream has no end. */
function formatOf({ format }: FilesConfig): FilesConfig['format'] {
  if (!('seconds' in format)) return format;
  const { seconds: _, ...rest } = format;
  return rest;
}

function placesOf(
  columns: readonly { readonly name: string }[],
  features: readonly string[],
  where: string,
): number[] {
  return features.map((name) => {
    const place = columns.findIndex((column) => column.name === name);
    if (place >= 0) return place;
    throw inputError(
      'no-column',
      `${where} has no column ${JSON.stringify(name)}, from which the model was trained`,
      `It has ${columns.map((column) => JSON.stringify(column.name)).join(', ')}.`,
    );
  });
}

export interface RecordingFacts {
  readonly rows: number;
  /** Readings that were missing: the one before stands for each. */
  readonly missing: number;
}

/** Throws what reading a dataset throws, and `no-column` (input). `features` are columns by name. */
export async function readRecording(
  file: DataFile,
  config: FilesConfig,
  features: readonly string[],
  onRow: OnRow,
): Promise<RecordingFacts> {
  const source = await SOURCES[config.source].open([file], formatOf(config) as never, { skip: refuse });
  const offsets = columnOffsets(source);
  const from = placesOf(source.columns, features, file.path).map((place) => offsets[place]);
  const length = rowLengthOf(source);
  const row = new Float32Array(from.length);
  let [rows, missing] = [0, 0];
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.rows; i++) {
      for (let column = 0; column < from.length; column++) {
        const value = Math.fround(block.values[i * length + from[column]]);
        if (Number.isFinite(value)) row[column] = value;
        else missing++;
      }
      rows++;
      onRow(row);
    }
  }
  return { rows, missing };
}
