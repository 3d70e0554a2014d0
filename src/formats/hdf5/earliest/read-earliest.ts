/**
 * HDF5 files in the form that h5py, and so Keras, gives them unless told otherwise, which the library calls "earliest": groups as
 * symbol tables, arrays in one piece. They take a twentieth of the time that the library needs to be loaded and asked. What is
 * damaged, compressed or newer is left to the library, which can say more about it.
 */

import { elementCount } from '../../../core/tensor.ts';
import { type Hdf5Dataset, type Hdf5Group, isOptimizer, MAX_DEPTH, MAX_OBJECTS } from '../tree.ts';
import { readTexts } from './attributes.ts';
import { readShape } from './dataspace.ts';
import { readNumberType } from './datatype.ts';
import { FileBytes, OtherForm, requireForm } from './file-bytes.ts';
import { GlobalHeap } from './global-heap.ts';
import { readLinks } from './links.ts';
import { MESSAGE, type Message, messageOf, readMessages } from './object-header.ts';
import { rootAddress } from './superblock.ts';

const LAYOUT_VERSION = 3;
const COMPACT = 0;
const CONTIGUOUS = 1;

/** Where the bytes of an array lie, which must be as many as its type and shape say. */
function dataAddress(file: FileBytes, { at }: Message, bytes: number): number {
  requireForm(file.u8(at) === LAYOUT_VERSION, 'another layout');
  const layout = file.u8(at + 1);
  if (layout === COMPACT) {
    requireForm(file.u16(at + 2) === bytes, 'another number of bytes');
    return at + 4;
  }
  requireForm(layout === CONTIGUOUS && file.u64(at + 10) === bytes, 'another layout');
  return file.u64(at + 2);
}

function readDataset(file: FileBytes, messages: readonly Message[]): Hdf5Dataset {
  const [type, space, layout] = [MESSAGE.datatype, MESSAGE.dataspace, MESSAGE.layout].map((each) =>
    messageOf(messages, each),
  );
  requireForm(type !== undefined && space !== undefined && layout !== undefined, 'no array');
  const numbers = readNumberType(file, type.at, type.size);
  requireForm(numbers !== undefined, 'an array of another type');
  const shape = readShape(file, space.at, space.size);
  const bytes = elementCount(shape) * numbers.bytes;
  return { shape, data: numbers.read(file.contents(dataAddress(file, layout, bytes), bytes).buffer) };
}

class EarliestReader {
  readonly #file: FileBytes;
  readonly #heap: GlobalHeap;
  #objects = MAX_OBJECTS;

  constructor(file: FileBytes) {
    this.#file = file;
    this.#heap = new GlobalHeap(file);
  }

  readGroup(messages: readonly Message[], symbols: Message, path: string, depth: number): Hdf5Group {
    requireForm(depth <= MAX_DEPTH, 'groups are nested deeply');
    const groups = new Map<string, Hdf5Group>();
    const datasets = new Map<string, Hdf5Dataset>();
    for (const { name, address } of readLinks(this.#file, symbols.at)) {
      requireForm(--this.#objects >= 0, 'many objects');
      const childPath = `${path}/${name}`;
      if (isOptimizer(childPath)) continue;
      const child = readMessages(this.#file, address);
      const childSymbols = messageOf(child, MESSAGE.symbolTable);
      if (childSymbols === undefined) datasets.set(name, readDataset(this.#file, child));
      else groups.set(name, this.readGroup(child, childSymbols, childPath, depth + 1));
    }
    return { texts: readTexts(this.#file, this.#heap, messages), groups, datasets };
  }
}

/**
 * Everything but optimizer states, of a file whose numbers and texts take at most `mostBytes`; undefined where another reader is
 * needed. Time and memory grow with the size of the file, whatever is in it.
 */
export function readEarliest(bytes: Uint8Array, mostBytes: number): Hdf5Group | undefined {
  const file = new FileBytes(bytes, mostBytes);
  try {
    const root = readMessages(file, rootAddress(file));
    const symbols = messageOf(root, MESSAGE.symbolTable);
    requireForm(symbols !== undefined, 'no root group');
    return new EarliestReader(file).readGroup(root, symbols, '', 0);
  } catch (error) {
    if (error instanceof OtherForm) {
      return undefined;
    }
    throw error;
  }
}
