/** Texts of any length (HDF5 File Format Specification 3.0, III.E). */

import { type FileBytes, requireForm } from './file-bytes.ts';

const ALIGNMENT = 8;
/** Of a collection. */
const LEAST_BYTES = 4096;
const OBJECT_HEADER = 16;

interface HeapObject {
  readonly at: number;
  readonly size: number;
}

type Collection = ReadonlyMap<number, HeapObject>;

function readCollection(file: FileBytes, address: number): Collection {
  file.requireSignature(address, 'GCOL', 1);
  const bytes = file.u64(address + 8);
  requireForm(bytes >= LEAST_BYTES && bytes % ALIGNMENT === 0, 'another heap');
  const end = address + file.part(address, bytes).length;
  const objects = new Map<number, HeapObject>();
  let at = address + OBJECT_HEADER;
  while (at + OBJECT_HEADER <= end) {
    file.step();
    const [index, size] = [file.u16(at), file.u64(at + 8)];
    // What is left of the collection.
    if (index === 0) {
      requireForm(at + size === end, 'another heap');
      break;
    }
    requireForm(at + OBJECT_HEADER + size <= end && !objects.has(index), 'another heap');
    objects.set(index, { at: at + OBJECT_HEADER, size });
    at += OBJECT_HEADER + Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  return objects;
}

/** The collections of a file, each read once. */
export class GlobalHeap {
  readonly #file: FileBytes;
  readonly #collections = new Map<number, Collection>();

  constructor(file: FileBytes) {
    this.#file = file;
  }

  /** What an element at `at` refers to: its length, the address of a collection, an index there. */
  read(at: number): Uint8Array {
    const [length, address] = [this.#file.u32(at), this.#file.u64(at + 4)];
    let collection = this.#collections.get(address);
    if (collection === undefined) {
      collection = readCollection(this.#file, address);
      this.#collections.set(address, collection);
    }
    const object = collection.get(this.#file.u32(at + 12));
    requireForm(object !== undefined && length > 0 && length === object.size, 'a text is missing');
    return this.#file.contents(object.at, length);
  }
}
