/** Groups as symbol tables: names in a heap, addresses in a B-tree (HDF5 File Format Specification 3.0, III.A.1, III.B to III.D). */

import { type FileBytes, requireForm } from './file-bytes.ts';

/** A name in a group, and the object header that it stands for. */
export interface Link {
  readonly name: string;
  readonly address: number;
}

/** Texts are compared byte by byte in the file; names of other letters than ASCII are left to the library, and what it takes for paths. */
const PLAIN = /^[\x20-\x2e\x30-\x7e]*$/;
const MAX_NAME = 1024;

type NameAt = (offset: number) => string;

/** In place of an offset. */
const NO_MORE = 1;

/** Blocks of a heap that hold nothing, each with the offset of the next and its own length. */
function checkFreeList(file: FileBytes, start: number, length: number, first: number): void {
  for (let offset = first; offset !== NO_MORE; offset = file.u64(start + offset)) {
    file.step();
    requireForm(offset + 16 <= length && offset + file.u64(start + offset + 8) <= length, 'another heap');
  }
}

function localHeap(file: FileBytes, address: number): NameAt {
  file.requireSignature(address, 'HEAP', 0);
  const names = file.part(file.u64(address + 24), file.u64(address + 8));
  checkFreeList(file, file.u64(address + 24), names.length, file.u64(address + 16));
  return (offset) => {
    const end = names.indexOf(0, offset);
    requireForm(offset < names.length && end >= 0, 'a name has no end');
    const name = String.fromCharCode(...names.subarray(offset, Math.min(end, offset + MAX_NAME)));
    requireForm(end - offset <= MAX_NAME && PLAIN.test(name), 'a name of other letters');
    return name;
  };
}

const ENTRY_BYTES = 40;
/** Those cache nothing besides, or where a group's names lie. Symbolic links are left to the library. */
const HARD_LINKS = [0, 1];

/** `at`: the entry of a symbol table. */
export function isHardLink(file: FileBytes, at: number): boolean {
  return HARD_LINKS.includes(file.u32(at + 16));
}

function readEntries(file: FileBytes, address: number, nameAt: NameAt): Link[] {
  file.requireSignature(address, 'SNOD', 1);
  return Array.from({ length: file.u16(address + 6) }, (_, index) => {
    file.step();
    const at = address + 8 + index * ENTRY_BYTES;
    requireForm(isHardLink(file, at), 'a symbolic link');
    return { name: nameAt(file.u64(at)), address: file.u64(at + 8) };
  });
}

const KEY_BYTES = 8;
const CHILD_BYTES = 8;

/** The links below a node. The library finds names by the keys between its children, so those must be in order. */
function readNode(file: FileBytes, address: number, level: number, nameAt: NameAt): Link[] {
  file.step();
  file.requireSignature(address, 'TREE', 0);
  requireForm(file.u8(address + 5) === level, 'another level of a tree');
  return Array.from({ length: file.u16(address + 6) }, (_, index) => {
    const at = address + 24 + index * (KEY_BYTES + CHILD_BYTES);
    const child = file.u64(at + KEY_BYTES);
    const links = level === 0 ? readEntries(file, child, nameAt) : readNode(file, child, level - 1, nameAt);
    const [before, last] = [nameAt(file.u64(at)), nameAt(file.u64(at + KEY_BYTES + CHILD_BYTES))];
    requireForm(
      links.every(({ name }) => name > before && name <= last),
      'names are not in order',
    );
    return links;
  }).flat();
}

/** In ascending order of their names. `at`: the data of the group's symbol table message. */
export function readLinks(file: FileBytes, at: number): readonly Link[] {
  const [tree, heap] = [file.u64(at), file.u64(at + 8)];
  const links = readNode(file, tree, file.u8(tree + 5), localHeap(file, heap));
  requireForm(
    links.every(({ name }, index) => name !== '' && (index === 0 || name > links[index - 1].name)),
    'names are not in order',
  );
  return links;
}
