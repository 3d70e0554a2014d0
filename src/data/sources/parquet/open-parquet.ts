/** A Parquet file as hyparquet reads it, a row group at a time, within bounds. */

import {
  type ColumnMetaData,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type RowGroup,
} from 'hyparquet';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from 'hyparquet/src/schema.js';
import { compressors } from 'hyparquet-compressors';
import { TinymlError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';
import { checkChunk } from './check-chunk.ts';

const MAX_METADATA_BYTES = 2 ** 26;
const MAX_COLUMNS = 2 ** 16;
const MAX_GROUP_BYTES = 2 ** 29;
const MAX_GROUP_VALUES = 2 ** 26;
/**
 * Of a file, and more for each of its bytes. One run may stand for any number of equal values, and row groups may share
 * what they hold; a table with a column that is worth learning from takes a byte for a few dozen values.
 */
const FREE_VALUES = 2 ** 18;
const VALUES_PER_FILE_BYTE = 2 ** 9;
const SMALLER_GROUPS = 'Write the file with smaller row groups.';

const CODECS: Compressors = compressors;

/** Errors of hyparquet and of damaged bytes become sentences. */
async function guarded<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TinymlError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0].slice(0, 120) : String(error);
    throw badData(`it is a damaged Parquet file: ${reason}`, 'Write the file again.', error);
  }
}

function bufferOf(bytes: RandomAccessBytes) {
  return {
    byteLength: bytes.length,
    slice(start: number, end = bytes.length): ArrayBuffer {
      if (!(start >= 0 && start <= end && end <= bytes.length))
        throw new Error(`bytes ${start} to ${end} are beyond the file`);
      const piece = new Uint8Array(end - start);
      bytes.readAt(start, piece);
      return piece.buffer;
    },
  };
}

async function readMetadata(bytes: RandomAccessBytes): Promise<FileMetaData> {
  const tail = new Uint8Array(8);
  if (bytes.length < 12)
    throw badData(
      `it has ${counted(bytes.length, 'byte')}, too few for a Parquet file`,
      'Write the file again.',
    );
  bytes.readAt(bytes.length - 8, tail);
  const length = new DataView(tail.buffer).getUint32(0, true);
  if (length > MAX_METADATA_BYTES && length <= bytes.length) {
    throw unsupportedError(
      'too-large',
      `its metadata have ${counted(length, 'byte')}, and at most ${MAX_METADATA_BYTES} are read`,
    );
  }
  const metadata = await parquetMetadataAsync(bufferOf(bytes), { geoparquet: false });
  if (metadata.schema.length > MAX_COLUMNS) {
    throw unsupportedError('too-large', `it has more than ${MAX_COLUMNS} columns, the most that are read`);
  }
  return metadata;
}

/** In all columns, and the rows themselves. */
function valuesOf({ num_rows, columns }: RowGroup): number {
  return columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.num_values ?? 0), Number(num_rows));
}

function checkValues(fileBytes: number, { row_groups }: FileMetaData): void {
  const values = row_groups.reduce((sum, group) => sum + valuesOf(group), 0);
  const limit = FREE_VALUES + fileBytes * VALUES_PER_FILE_BYTE;
  if (values <= limit) return;
  throw unsupportedError(
    'too-large',
    `it has ${counted(values, 'value')} in ${counted(fileBytes, 'byte')}, and at most ${limit} are read of a file of this size`,
    'Nearly all of them are equal: leave those columns and rows out.',
  );
}

function checkedGroup(group: RowGroup): number {
  const { num_rows, columns } = group;
  const rows = Number(num_rows);
  const values = valuesOf(group);
  const packed = columns.reduce(
    (sum, { meta_data }) => sum + Number(meta_data?.total_compressed_size ?? 0),
    0,
  );
  const unpacked = columns.reduce(
    (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
    0,
  );
  if (!(rows >= 0)) throw badData(`a row group claims ${counted(rows, 'row')}`, 'Write the file again.');
  if (values > MAX_GROUP_VALUES) {
    throw unsupportedError(
      'too-large',
      `a row group has ${counted(values, 'value')}, and at most ${MAX_GROUP_VALUES} are held in memory`,
      SMALLER_GROUPS,
    );
  }
  if (Math.max(packed, unpacked) > MAX_GROUP_BYTES) {
    throw unsupportedError(
      'too-large',
      `a row group has ${counted(Math.max(packed, unpacked), 'byte')}, and at most ${MAX_GROUP_BYTES} are held in memory`,
      SMALLER_GROUPS,
    );
  }
  return rows;
}

function checkColumn(bytes: RandomAccessBytes, { schema }: FileMetaData, meta: ColumnMetaData): void {
  const path = getSchemaPath(schema, meta.path_in_schema);
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const length = Number(meta.total_compressed_size);
  if (!(start >= 0 && length >= 0 && start + length <= bytes.length))
    throw new Error('a column lies beyond the file');
  const chunk = new Uint8Array(length);
  bytes.readAt(start, chunk);
  const levels = {
    repetition: getMaxRepetitionLevel(path),
    definition: getMaxDefinitionLevel(path),
    fixedBytes: path.at(-1)?.element.type_length,
  };
  checkChunk(chunk, meta, levels, bytes.length);
}

/** The columns of a row group by name, whole in memory. */
export interface ParquetGroup {
  readonly start: number;
  readonly rows: number;
  readonly columns: ReadonlyMap<string, DecodedArray>;
}

/** Row groups one after the other. Throws `bad-data`, and `too-large` and `parquet-…` (unsupported). */
export async function* parquetGroups(bytes: RandomAccessBytes): AsyncGenerator<ParquetGroup> {
  const metadata = await guarded(() => readMetadata(bytes));
  checkValues(bytes.length, metadata);
  let start = 0;
  for (const group of metadata.row_groups) {
    const read = await guarded(() => readGroup(bytes, metadata, group, start));
    yield read;
    start += read.rows;
  }
}

async function readGroup(
  bytes: RandomAccessBytes,
  metadata: FileMetaData,
  group: RowGroup,
  start: number,
): Promise<ParquetGroup> {
  const rows = checkedGroup(group);
  const columns = new Map<string, DecodedArray>();
  if (rows === 0) return { start, rows, columns };
  for (const { meta_data } of group.columns) {
    if (meta_data === undefined) throw new Error('a column has no description');
    checkColumn(bytes, metadata, meta_data);
  }
  const only = { ...metadata, row_groups: [group], num_rows: BigInt(rows) };
  const scan = await parquetScan({
    file: bufferOf(bytes),
    metadata: only,
    compressors: CODECS,
    useOffsetIndex: false,
  });
  for (const { element } of parquetSchema(metadata).children) {
    const data = await scan.readColumn({ column: element.name, rowStart: 0, rowEnd: rows });
    if (data.length !== rows)
      throw new Error(`column ${JSON.stringify(element.name)} has ${data.length} rows of ${rows}`);
    columns.set(element.name, data);
  }
  return { start, rows, columns };
}
