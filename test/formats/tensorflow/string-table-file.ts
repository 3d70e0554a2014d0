/** Tables of sorted keys as LevelDB writes them, and the checkpoint of TensorFlow that is one; for tests. */

import { bytesOf } from '../../../src/core/tensor.ts';
import { maskedChecksum } from '../../../src/formats/tensorflow/saved-model/checksum.ts';
import { type Fields, writeMessage } from '../protobuf/write-message.ts';

const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
const HANDLES_BYTES = 40;

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

export function uint32(value: number): Uint8Array {
  return bytesOf(Uint32Array.of(value));
}

/** Changes content before it gets its checksum. */
export type Damage = (block: Uint8Array) => Uint8Array;

type Entries = readonly (readonly [key: string, value: Uint8Array])[];

/** Each key whole, and one place to start from. */
function blockOf(entries: Entries): Uint8Array {
  const written = entries.map(([key, value]) => {
    const name = new TextEncoder().encode(key);
    return joined(varint(0), varint(name.length), varint(value.length), name, value);
  });
  return joined(...written, uint32(0), uint32(1));
}

/** A file of one block of entries, which `damage` may change. */
export function stringTable(
  entries: Entries,
  damage: Damage = (block) => block,
  compression = 0,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  const append = (content: Uint8Array): Uint8Array => {
    const kind = Uint8Array.of(compression);
    const handle = joined(varint(at), varint(content.length));
    const block = joined(content, kind, uint32(maskedChecksum(content, kind)));
    parts.push(block);
    at += block.length;
    return handle;
  };
  const data = append(damage(blockOf(entries)));
  const meta = append(blockOf([]));
  const index = append(blockOf([[entries.at(-1)?.[0] ?? '', data]]));
  const handles = new Uint8Array(HANDLES_BYTES);
  handles.set(joined(meta, index));
  return joined(...parts, handles, Uint8Array.from(MAGIC));
}

/** A tensor of a checkpoint, float32 but where it is `text`. */
export interface StoredTensor {
  readonly key: string;
  readonly shape: readonly number[];
  readonly values?: readonly number[];
  readonly text?: Uint8Array;
}

const FLOAT = 1;
const STRING = 7;

function contentOf(
  values: readonly number[],
  text: Uint8Array | undefined,
): { content: Uint8Array; checksum: number } {
  if (text === undefined) {
    const content = bytesOf(Float32Array.from(values));
    return { content, checksum: maskedChecksum(content) };
  }
  const size = uint32(text.length);
  const sizeChecksum = uint32(maskedChecksum(size));
  return {
    content: joined(varint(text.length), sizeChecksum, text),
    checksum: maskedChecksum(size, sizeChecksum, text),
  };
}

export interface CheckpointOptions {
  readonly damage?: Damage;
  /** Changes texts before they get their checksums. */
  readonly damageText?: Damage;
  /** Instead of one file for the values. */
  readonly header?: Fields;
  /** More fields of every entry, which count where they were there already. */
  readonly entry?: Fields;
  readonly compression?: number;
}

/** `variables.index` and the one file with the values. */
export function checkpointFiles(
  tensors: readonly StoredTensor[],
  { damage, damageText = (text) => text, header = [[1, 1]], entry = [], compression }: CheckpointOptions = {},
): { readonly index: Uint8Array; readonly data: Uint8Array } {
  const parts: Uint8Array[] = [];
  let at = 0;
  const entries = tensors.map((tensor) => {
    const { content, checksum } = contentOf(tensor.values ?? [], tensor.text && damageText(tensor.text));
    const shape = writeMessage(tensor.shape.map((size) => [2, writeMessage([[1, size]])] as const));
    const fields: Fields = [
      [1, tensor.text === undefined ? FLOAT : STRING],
      [2, shape],
      [4, at],
      [5, content.length],
      [6, { fixed32: checksum }],
      ...entry,
    ];
    parts.push(content);
    at += content.length;
    return [tensor.key, writeMessage(fields)] as const;
  });
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const table: Entries = [['', writeMessage(header)], ...sorted];
  return { index: stringTable(table, damage, compression), data: joined(...parts) };
}
