/** Version 0 of the superblock (HDF5 File Format Specification 3.0, II.A). */

import { type FileBytes, requireForm } from './file-bytes.ts';
import { isHardLink } from './links.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Versions of the superblock and of four structures, a reserved byte among them; then the bytes of addresses and of lengths. */
const VERSIONS = [0, 0, 0, 0, 0, 8, 8, 0];
/** How many entries a leaf and a node of a group have at most, halved, and no flags. */
const USUAL_TREES = [4, 0, 16, 0, 0, 0, 0, 0];

const UNDEFINED_ADDRESS = new Array<number>(8).fill(0xff);

/** The address of the root group's object header. */
export function rootAddress(file: FileBytes): number {
  requireForm(file.has(0, [...SIGNATURE, ...VERSIONS, ...USUAL_TREES]), 'another superblock');
  requireForm(file.u64(24) === 0, 'addresses begin elsewhere');
  const addresses = [32, 48].every((at) => file.has(at, UNDEFINED_ADDRESS));
  requireForm(addresses && isHardLink(file, 56), 'a list of free space, a driver or another root');
  requireForm(file.u64(40) === file.bytes.length, 'another end of the file');
  return file.u64(64);
}
