/** Small Parquet files, written byte by byte: plain and dictionary pages, nulls, lists, four codecs. */

import { brotliCompressSync, gzipSync } from 'node:zlib';

type Field = readonly [id: number, type: number, bytes: readonly number[]];
const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
const zigzag = (value: number): number[] => varint(value < 0 ? -2 * value - 1 : 2 * value);
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const binary = (text: string): number[] => [...varint(utf8(text).length), ...utf8(text)];
const list = (type: number, items: readonly (readonly number[])[]): number[] => [
  ...(items.length < 15 ? [items.length * 16 + type] : [240 + type, ...varint(items.length)]),
  ...items.flat(),
];
function struct(...fields: readonly Field[]): number[] {
  let last = 0;
  const bytes = fields.flatMap(([id, type, own]) => {
    const head = (id - last) * 16 + type;
    last = id;
    return [head, ...own];
  });
  return [...bytes, 0];
}

const TYPES = { BOOLEAN: 0, INT32: 1, INT64: 2, FLOAT: 4, DOUBLE: 5, BYTE_ARRAY: 6 } as const;
const CODECS = { UNCOMPRESSED: 0, SNAPPY: 1, GZIP: 2, BROTLI: 4, ZSTD: 6 } as const;
export type Codec = keyof typeof CODECS;

export interface WrittenColumn {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  /** Null only where `optional`; lists only where `isList`. */
  readonly values: readonly (number | string | boolean | null | readonly number[])[];
  readonly optional?: boolean;
  readonly isList?: boolean;
  readonly dictionary?: boolean;
  /** So many times the only value, as one run of a dictionary. */
  readonly repeated?: number;
  /** What its page says that it unpacks to, instead of the truth. */
  readonly claimedBytes?: number;
  /** 0 UTF-8, 9 milliseconds. */
  readonly converted?: number;
}

function plainValue(type: WrittenColumn['type'], value: unknown): number[] {
  const view = new DataView(new ArrayBuffer(8));
  const first = (length: number) => [...new Uint8Array(view.buffer, 0, length)];
  if (type === 'BYTE_ARRAY') {
    view.setUint32(0, utf8(String(value)).length, true);
    return [...first(4), ...utf8(String(value))];
  }
  if (type === 'INT32') view.setInt32(0, Number(value), true);
  else if (type === 'INT64') view.setBigInt64(0, BigInt(value as number), true);
  else if (type === 'FLOAT') view.setFloat32(0, Number(value), true);
  else view.setFloat64(0, Number(value), true);
  return first(type === 'INT32' || type === 'FLOAT' ? 4 : 8);
}

function plainValues({ type }: WrittenColumn, values: readonly unknown[]): number[] {
  if (type !== 'BOOLEAN') return values.flatMap((value) => plainValue(type, value));
  const bytes = new Array<number>(Math.ceil(values.length / 8)).fill(0);
  values.forEach((value, i) => {
    if (value) bytes[i >> 3] |= 1 << (i & 7);
  });
  return bytes;
}

const runs = (levels: readonly number[]): number[] => levels.flatMap((level) => [2, level]);
function sized(bytes: readonly number[]): number[] {
  return [bytes.length & 255, bytes.length >> 8, 0, 0, ...bytes];
}

function packed(bytes: readonly number[], codec: Codec): number[] {
  const raw = Uint8Array.from(bytes);
  if (codec === 'GZIP') return [...gzipSync(raw)];
  if (codec === 'BROTLI') return [...brotliCompressSync(raw)];
  if (codec === 'UNCOMPRESSED') return [...bytes];
  // Zstandard: one frame with its size in four bytes, and one raw block.
  if (codec === 'ZSTD') {
    const [size, head] = [bytes.length, bytes.length * 8 + 1];
    const little = (value: number, count: number) =>
      Array.from({ length: count }, (_, i) => (value >> (8 * i)) & 255);
    return [0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...little(size, 4), ...little(head, 3), ...bytes];
  }
  // Snappy: the length, then one literal with a length of two bytes.
  return [...varint(bytes.length), 61 << 2, (bytes.length - 1) & 255, (bytes.length - 1) >> 8, ...bytes];
}

function page(
  kind: number,
  headerId: number,
  header: readonly number[],
  bytes: readonly number[],
  codec: Codec,
  claimed = bytes.length,
) {
  const content = packed(bytes, codec);
  const head = struct(
    [1, I32, zigzag(kind)],
    [2, I32, zigzag(claimed)],
    [3, I32, zigzag(content.length)],
    [headerId, STRUCT, header],
  );
  return { bytes: [...head, ...content], unpacked: head.length + bytes.length };
}

interface Chunk {
  readonly bytes: readonly number[];
  readonly meta: (offset: number) => number[];
}

function chunkOf(
  column: WrittenColumn,
  values: WrittenColumn['values'],
  groupRows: number,
  codec: Codec,
): Chunk {
  const { name, type, optional, isList, dictionary } = column;
  const flat = isList ? (values as readonly (readonly number[])[]).flat() : values;
  const present = flat.filter((value) => value !== null);
  const levels = [
    ...(isList
      ? sized(runs((values as number[][]).flatMap((own) => own.map((_, i) => (i === 0 ? 0 : 1)))))
      : []),
    ...(isList
      ? sized(runs(flat.map(() => 1)))
      : optional
        ? sized(runs(flat.map((v) => (v === null ? 0 : 1))))
        : []),
  ];
  const distinct = [...new Set(present)];
  const count = column.repeated === undefined ? flat.length : groupRows;
  const content = dictionary
    ? [
        4,
        ...(column.repeated === undefined
          ? runs(present.map((value) => distinct.indexOf(value)))
          : [...varint(2 * count), 0]),
      ]
    : plainValues(column, present);
  const header = struct(
    [1, I32, zigzag(count)],
    [2, I32, zigzag(dictionary ? 8 : 0)],
    [3, I32, zigzag(3)],
    [4, I32, zigzag(3)],
  );
  const first = dictionary
    ? page(
        2,
        7,
        struct([1, I32, zigzag(distinct.length)], [2, I32, zigzag(0)]),
        plainValues(column, distinct),
        codec,
      )
    : { bytes: [], unpacked: 0 };
  const data = page(0, 5, header, [...levels, ...content], codec, column.claimedBytes);
  const bytes = [...first.bytes, ...data.bytes];
  const path = isList ? [name, 'list', 'element'] : [name];
  return {
    bytes,
    meta: (offset) =>
      struct(
        [1, I32, zigzag(TYPES[type])],
        [2, LIST, list(I32, [zigzag(0), zigzag(3)])],
        [3, LIST, list(BINARY, path.map(binary))],
        [4, I32, zigzag(CODECS[codec])],
        [5, I64, zigzag(count)],
        [6, I64, zigzag(first.unpacked + data.unpacked)],
        [7, I64, zigzag(bytes.length)],
        [9, I64, zigzag(offset + first.bytes.length)],
        ...(dictionary ? ([[11, I64, zigzag(offset)]] as const) : []),
      ),
  };
}

function schemaOf({ name, type, optional, isList, converted }: WrittenColumn): number[][] {
  const leaf = (own: string, repetition: number): number[] =>
    struct(
      [1, I32, zigzag(TYPES[type])],
      [3, I32, zigzag(repetition)],
      [4, BINARY, binary(own)],
      ...(converted === undefined ? [] : ([[6, I32, zigzag(converted)]] as const)),
    );
  if (!isList) return [leaf(name, optional ? 1 : 0)];
  return [
    struct([3, I32, zigzag(0)], [4, BINARY, binary(name)], [5, I32, zigzag(1)], [6, I32, zigzag(3)]),
    struct([3, I32, zigzag(2)], [4, BINARY, binary('list')], [5, I32, zigzag(1)]),
    leaf('element', 0),
  ];
}

/** `groupRows` rows in each row group. */
export function writeParquet(
  columns: readonly WrittenColumn[],
  groupRows: number,
  codec: Codec = 'UNCOMPRESSED',
): Uint8Array<ArrayBuffer> {
  const rows = columns[0].repeated ?? columns[0].values.length;
  const bytes = utf8('PAR1');
  const groups: number[][] = [];
  for (let start = 0; start < rows; start += groupRows) {
    const chunks = columns.map((column) => {
      const values =
        column.repeated === undefined ? column.values.slice(start, start + groupRows) : column.values;
      const chunk = chunkOf(column, values, groupRows, codec);
      const offset = bytes.length;
      for (const byte of chunk.bytes) bytes.push(byte);
      return struct([2, I64, zigzag(offset)], [3, STRUCT, chunk.meta(offset)]);
    });
    groups.push(
      struct(
        [1, LIST, list(STRUCT, chunks)],
        [2, I64, zigzag(1)],
        [3, I64, zigzag(Math.min(groupRows, rows - start))],
      ),
    );
  }
  const root = struct([4, BINARY, binary('root')], [5, I32, zigzag(columns.length)]);
  const metadata = struct(
    [1, I32, zigzag(1)],
    [2, LIST, list(STRUCT, [root, ...columns.flatMap(schemaOf)])],
    [3, I64, zigzag(rows)],
    [4, LIST, list(STRUCT, groups)],
  );
  const length = new Uint8Array(Uint32Array.of(metadata.length).buffer);
  return Uint8Array.from([...bytes, ...metadata, ...length, ...utf8('PAR1')]);
}
