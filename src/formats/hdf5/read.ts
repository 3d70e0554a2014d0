/** Reads HDF5 files: the usual form here, every other with the library. Sizes are checked before reading. */

import { counted } from '../../core/figure-text.ts';
import { dataLimit, tooLarge } from './budget.ts';
import { readEarliest } from './earliest/read-earliest.ts';
import { readWithLibrary } from './read-with-library.ts';
import type { Hdf5Group } from './tree.ts';

const MAX_FILE_BYTES = 1 << 29;
/** A hundred times what the smallest file takes; real files are read at 50 MB/s and more, here 0.5 are enough. */
const TIME_LIMIT_MS = 2000;
const TIME_LIMIT_BYTES_PER_MS = 500;

function timeLimitFor(bytes: Uint8Array): number {
  return TIME_LIMIT_MS + Math.ceil(bytes.length / TIME_LIMIT_BYTES_PER_MS);
}

interface ReadOptions {
  /** Of the archive that the HDF5 file was packed into; its own otherwise. */
  readonly fileBytes?: number;
  readonly timeLimitMs?: number | undefined;
}

/** Everything but optimizer states. Throws `bad-hdf5` (input), `model-too-large` and `weight-type` (unsupported). */
export async function readHdf5(bytes: Uint8Array, options: ReadOptions = {}): Promise<Hdf5Group> {
  const { fileBytes = bytes.length, timeLimitMs = timeLimitFor(bytes) } = options;
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(`The HDF5 file has ${counted(bytes.length, 'byte')}`);
  return readEarliest(bytes, dataLimit(fileBytes)) ?? readWithLibrary(bytes, fileBytes, timeLimitMs);
}
