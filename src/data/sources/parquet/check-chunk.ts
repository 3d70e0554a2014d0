/**
 * Refuses column chunks that hyparquet would read without bounds: pages that unpack to more than they may, or claim more
 * values than their chunk has, and runs that are longer than what they are runs of. Source: "Apache Parquet File Format",
 * parquet-format's README and Encodings.md.
 */

import type { ColumnMetaData, CompressionCodec, Encoding, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { compressors } from 'hyparquet-compressors';
import { unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { badData } from '../read-file.ts';
import { checkZstd } from './check-zstd.ts';

const MAX_PAGE_BYTES = 2 ** 27;
/** Writers make pages of 1 MiB; Brotli packs any number of zeros into a few bytes. */
const FREE_PAGE_BYTES = 2 ** 23;
const PAGE_BYTES_PER_FILE_BYTE = 2 ** 10;
const MAX_FIXED_BYTES = 16;
const ENCODINGS: ReadonlySet<Encoding> = new Set<Encoding>([
  'PLAIN',
  'PLAIN_DICTIONARY',
  'RLE_DICTIONARY',
  'RLE',
  'BYTE_STREAM_SPLIT',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
]);

/** What the schema says of a chunk's column. */
export interface ChunkLevels {
  readonly repetition: number;
  readonly definition: number;
  readonly fixedBytes: number | undefined;
}

function damaged(what: string): Error {
  return badData(what, 'Write the file again.');
}

function widthOf(level: number): number {
  return 32 - Math.clz32(level);
}

/** A cursor over a page's bytes. */
class PageCursor {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    if (this.at < 0 || this.at >= this.#bytes.length) throw damaged('a page ends early');
    return this.#bytes[this.at++];
  }

  length(): number {
    return this.byte() + this.byte() * 2 ** 8 + this.byte() * 2 ** 16 + this.byte() * 2 ** 24;
  }

  #varint(): number {
    let [value, scale] = [0, 1];
    for (let i = 0; i < 5; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw damaged('a run has a length beyond 32 bits');
  }

  /** Runs of at most `count` values of `width` bits, to the end of the page; none is longer than what is left. */
  runs(width: number, count: number): void {
    if (width > 32) throw damaged(`values have ${width} bits`);
    for (let seen = 0; seen < count && this.at < this.#bytes.length; ) {
      const head = this.#varint();
      const isPacked = head % 2 === 1;
      const values = Math.floor(head / 2) * (isPacked ? 8 : 1);
      if (values > count - seen + (isPacked ? 2 ** 16 : 0)) {
        throw damaged(`a run of ${counted(values, 'value')} stands where ${count - seen} are left`);
      }
      this.at += isPacked ? (values / 8) * width : Math.ceil(width / 8);
      seen += values;
    }
  }

  /** The same behind their length in bytes. */
  sizedRuns(width: number, count: number): void {
    const end = this.length() + this.at;
    this.runs(width, count);
    this.at = end;
  }
}

function unpacked(packed: Uint8Array, bytes: number, codec: CompressionCodec): Uint8Array {
  if (codec === 'UNCOMPRESSED') return packed;
  const unpack = compressors[codec];
  if (unpack === undefined) {
    throw unsupportedError(
      'parquet-codec',
      `it is packed with ${codec}, which is not read`,
      'Write it with snappy.',
    );
  }
  if (codec === 'ZSTD') checkZstd(packed, bytes);
  return unpack(packed, bytes);
}

function checkValues(
  cursor: PageCursor,
  encoding: Encoding,
  values: number,
  { type }: ColumnMetaData,
  { fixedBytes }: ChunkLevels,
): void {
  if (!ENCODINGS.has(encoding)) {
    throw unsupportedError(
      'parquet-encoding',
      `it has values as ${encoding}, which is not read`,
      'Write it with plain or dictionary encoding.',
    );
  }
  if (encoding === 'BYTE_STREAM_SPLIT' && (fixedBytes ?? 0) > MAX_FIXED_BYTES) {
    throw damaged(`values of ${fixedBytes} bytes are split`);
  }
  if (values === 0) return;
  if (encoding === 'RLE' && type === 'BOOLEAN') cursor.sizedRuns(1, values);
  if (encoding.endsWith('_DICTIONARY') || (encoding === 'RLE' && type !== 'BOOLEAN')) {
    const width = cursor.byte();
    if (width > 0) cursor.runs(width, values);
  }
}

/** The values of a page, those that are null among them: a first version's page does not say how many those are. */
function checkPage(
  header: PageHeader,
  packed: Uint8Array,
  meta: ColumnMetaData,
  levels: ChunkLevels,
): number {
  const [plain, second] = [header.data_page_header, header.data_page_header_v2];
  if (header.type === 'DATA_PAGE' && plain !== undefined) {
    const cursor = new PageCursor(unpacked(packed, header.uncompressed_page_size, meta.codec));
    if (levels.repetition > 0) cursor.sizedRuns(widthOf(levels.repetition), plain.num_values);
    if (levels.definition > 0) cursor.sizedRuns(widthOf(levels.definition), plain.num_values);
    checkValues(cursor, plain.encoding, plain.num_values, meta, levels);
    return plain.num_values;
  }
  if (header.type === 'DATA_PAGE_V2' && second !== undefined) {
    const {
      num_values,
      num_nulls,
      repetition_levels_byte_length: first,
      definition_levels_byte_length: next,
    } = second;
    if (
      !(num_nulls >= 0 && num_nulls <= num_values && first >= 0 && next >= 0 && first + next <= packed.length)
    ) {
      throw damaged('a page has levels that do not fit into it');
    }
    if (levels.repetition > 0)
      new PageCursor(packed.subarray(0, first)).runs(widthOf(levels.repetition), num_values);
    if (levels.definition > 0) {
      new PageCursor(packed.subarray(first, first + next)).runs(widthOf(levels.definition), num_values);
    }
    const rest = packed.subarray(first + next);
    const bytes = header.uncompressed_page_size - first - next;
    const content = second.is_compressed === false || bytes === 0 ? rest : unpacked(rest, bytes, meta.codec);
    checkValues(new PageCursor(content), second.encoding, num_values - num_nulls, meta, levels);
    return num_values;
  }
  if (header.type === 'DICTIONARY_PAGE' && header.dictionary_page_header !== undefined) {
    const { num_values } = header.dictionary_page_header;
    if (!(num_values >= 0 && num_values <= 8 * header.uncompressed_page_size)) {
      throw damaged(`a dictionary claims ${counted(num_values, 'value')}`);
    }
    return 0;
  }
  throw damaged(`it has a page of kind ${header.type ?? 'unknown'}`);
}

/** Throws `bad-data`, and `parquet-…` (unsupported). */
export function checkChunk(
  chunk: Uint8Array<ArrayBuffer>,
  meta: ColumnMetaData,
  levels: ChunkLevels,
  fileBytes: number,
): void {
  const pageLimit = Math.min(MAX_PAGE_BYTES, FREE_PAGE_BYTES + fileBytes * PAGE_BYTES_PER_FILE_BYTE);
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const wanted = Number(meta.num_values);
  let seen = 0;
  while (reader.offset < chunk.length - 1 && seen < wanted) {
    const header = parquetHeader(reader);
    const [packed, bytes] = [header.compressed_page_size, header.uncompressed_page_size];
    if (!(packed >= 0 && packed <= chunk.length - reader.offset && bytes >= 0)) {
      throw damaged(`a page has ${counted(packed, 'byte')}, and ${chunk.length - reader.offset} are left`);
    }
    if (bytes > pageLimit) {
      throw unsupportedError(
        'too-large',
        `a page has ${counted(bytes, 'byte')} unpacked, and at most ${pageLimit} are read of a file of this size`,
        'Write smaller pages.',
      );
    }
    const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0;
    if (!(values >= 0 && values <= wanted - seen))
      throw damaged(`a page claims ${counted(values, 'value')} of ${wanted}`);
    seen += checkPage(header, chunk.subarray(reader.offset, reader.offset + packed), meta, levels);
    reader.offset += packed;
  }
  if (seen !== wanted) throw damaged(`a column has ${counted(seen, 'value')}, and should have ${wanted}`);
}
