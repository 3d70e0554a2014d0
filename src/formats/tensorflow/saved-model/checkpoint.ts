/** Values of variables: the checkpoint beside a SavedModel. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { LoadBeside } from '../../importer.ts';
import type { Known } from '../../lowering/graph-writer.ts';
import { readMessage } from '../../protobuf/message.ts';
import { STRING_TYPE, tensorFromBytes } from '../tensor.ts';
import { maskedChecksum } from './checksum.ts';
import { Cursor } from './cursor.ts';
import { BUNDLE_ENTRY, BUNDLE_HEADER, type BundleEntryProto } from './messages.ts';
import { readStringTable } from './string-table.ts';

const FOLDER = 'variables/variables';
const CHECKSUM_BYTES = 4;

function damaged(why: string): Error {
  return inputError('corrupt-variables', `The variables are damaged: ${why}.`, 'Save the model again.');
}

/** Tensors of the checkpoint by their keys; files are loaded when they are needed. */
export class Checkpoint {
  readonly #load: LoadBeside;
  readonly #table: ReadonlyMap<string, Uint8Array>;
  readonly #shards: number;
  readonly #loaded = new Map<number, Uint8Array>();

  constructor(load: LoadBeside) {
    this.#load = load;
    this.#table = readStringTable(load(`${FOLDER}.index`));
    const header = this.#table.get('');
    if (header === undefined) throw damaged('their index has no header');
    const { shards, endianness } = readMessage(header, BUNDLE_HEADER);
    if (endianness !== 0)
      throw unsupportedError('big-endian', 'The variables were saved by a big-endian machine.');
    this.#shards = shards;
  }

  /** Throws an input error that names `name`, of which the tensor is the value. */
  tensor(key: string, name: string): Known {
    const entry = this.#entry(key);
    if (entry === undefined) throw damaged(`there is no "${key}", of which "${name}" is restored`);
    if (entry.slices.length > 0) {
      throw unsupportedError(
        'partitioned-variable',
        `variable "${name}" is stored in parts.`,
        'Save the model without partitioned variables.',
      );
    }
    const content = this.#content(key, entry);
    if (maskedChecksum(content) !== entry.checksum) throw damaged(`"${key}" has another checksum`);
    const sizes = (entry.shape?.dimensions ?? []).map((dimension) => dimension.size);
    return tensorFromBytes(name, entry.dataType, sizes, content);
  }

  /** A single string, or undefined where the checkpoint has none of that key. */
  text(key: string): Uint8Array | undefined {
    const entry = this.#entry(key);
    if (entry?.dataType !== STRING_TYPE || entry.shape?.dimensions.length) return undefined;
    const content = this.#content(key, entry);
    const cursor = new Cursor(content, damaged);
    const length = cursor.varint();
    const lengthChecksum = cursor.take(CHECKSUM_BYTES);
    const text = cursor.take(length);
    // Of the length as four bytes, whatever the varint takes.
    const sizes = new Uint8Array(Uint32Array.of(length).buffer);
    if (maskedChecksum(sizes, lengthChecksum, text) === entry.checksum) return text;
    throw damaged(`"${key}" has another checksum`);
  }

  #entry(key: string): BundleEntryProto | undefined {
    const stored = this.#table.get(key);
    return stored && readMessage(stored, BUNDLE_ENTRY);
  }

  #content(key: string, { shard, offset, size }: BundleEntryProto): Uint8Array {
    const file = this.#shard(shard);
    if (offset >= 0 && size >= 0 && offset + size <= file.length) return file.subarray(offset, offset + size);
    throw damaged(`"${key}" lies outside of its file`);
  }

  #shard(index: number): Uint8Array {
    if (!(index >= 0 && index < this.#shards && this.#shards < 100_000))
      throw damaged(`there is no part ${index}`);
    const digits = (number: number) => String(number).padStart(5, '0');
    const loaded =
      this.#loaded.get(index) ?? this.#load(`${FOLDER}.data-${digits(index)}-of-${digits(this.#shards)}`);
    this.#loaded.set(index, loaded);
    return loaded;
  }
}
