/** Sorted keys and values as LevelDB writes them: `variables.index` of a SavedModel. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { maskedChecksum } from './checksum.ts';
import { Cursor } from './cursor.ts';

const FOOTER_BYTES = 48;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** The way it is compressed, and a checksum. */
const TRAILER_BYTES = 5;
const MAX_ENTRIES = 2 ** 20;

function damaged(why: string): Error {
  return inputError('corrupt-index', `variables.index is damaged: ${why}.`, 'Save the model again.');
}

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

function blockAt(file: Uint8Array, offset: number, size: number): Uint8Array {
  if (offset + size + TRAILER_BYTES > file.length) throw damaged('a block lies outside of it');
  const content = file.subarray(offset, offset + size);
  const trailer = file.subarray(offset + size, offset + size + TRAILER_BYTES);
  const stored = new DataView(trailer.buffer, trailer.byteOffset).getUint32(1, true);
  if (stored !== maskedChecksum(content, trailer.subarray(0, 1)))
    throw damaged('a block has another checksum');
  if (trailer[0] === 0) return content;
  throw unsupportedError(
    'compressed-index',
    'variables.index is compressed with Snappy, which TensorFlow does not do by itself.',
    'Save the model again.',
  );
}

function entriesOf(block: Uint8Array): readonly Entry[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const restarts = block.length < 4 ? -1 : view.getUint32(block.length - 4, true);
  const end = block.length - 4 - 4 * restarts;
  if (restarts < 0 || end < 0) throw damaged('a block does not end');
  const cursor = new Cursor(block.subarray(0, end), damaged);
  const entries: Entry[] = [];
  let key: Uint8Array = new Uint8Array(0);
  while (cursor.at < end) {
    const [shared, own, length] = [cursor.varint(), cursor.varint(), cursor.varint()];
    if (shared > key.length) throw damaged('a key begins as none before it');
    key = Uint8Array.of(...key.subarray(0, shared), ...cursor.take(own));
    entries.push({ key, value: cursor.take(length) });
    if (entries.length > MAX_ENTRIES) throw damaged('it has too many entries');
  }
  return entries;
}

/** Every entry by its key. */
export function readStringTable(file: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const footer = file.subarray(file.length - FOOTER_BYTES);
  const magic = footer.subarray(FOOTER_BYTES - MAGIC.length);
  if (file.length < FOOTER_BYTES || !MAGIC.every((byte, index) => magic[index] === byte)) {
    throw damaged('it does not end as such a file does');
  }
  const cursor = new Cursor(footer, damaged);
  cursor.varint();
  cursor.varint();
  const index = entriesOf(blockAt(file, cursor.varint(), cursor.varint()));
  const decoder = new TextDecoder();
  const table = new Map<string, Uint8Array>();
  for (const { value } of index) {
    const place = new Cursor(value, damaged);
    for (const entry of entriesOf(blockAt(file, place.varint(), place.varint()))) {
      table.set(decoder.decode(entry.key), entry.value);
      if (table.size > MAX_ENTRIES) throw damaged('it has too many entries');
    }
  }
  return table;
}
