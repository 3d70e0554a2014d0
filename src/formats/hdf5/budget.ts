/** What the contents of one file may take: numbers and texts by its size, objects by count and depth. */

import type * as h5wasm from 'h5wasm';
import { unsupportedError } from '../../core/errors.ts';
import { damagedHdf5 } from './library.ts';
import { MAX_DEPTH, MAX_OBJECTS } from './tree.ts';

const MAX_DATA_BYTES = 1 << 28;
/** What any file may unpack to, and what more for each of its bytes: nearly what DEFLATE makes of zeros, packed once. */
const FREE_DATA_BYTES = 1 << 21;
const DATA_BYTES_PER_FILE_BYTE = 1 << 10;
/** DEFLATE, the best of HDF5's filters, packs at most 1032 bytes into one. */
const MAX_COMPRESSION = 1100;

export function tooLarge(what: string): Error {
  return unsupportedError('model-too-large', `${what}; no microcontroller holds such a model.`);
}

/** What one file may still take. */
export interface Budget {
  readonly fileBytes: number;
  objects: number;
  bytes: number;
  /** Of one dataset or attribute. */
  readonly plausibleBytes: number;
}

export function spend(budget: Budget, path: string, { size, total_size }: h5wasm.Metadata): void {
  const bytes = size * total_size;
  if (!(bytes <= budget.plausibleBytes)) {
    throw damagedHdf5(`"${path}" should have ${bytes} bytes, more than the file can hold`);
  }
  budget.bytes -= bytes;
  if (budget.bytes < 0) {
    const { fileBytes } = budget;
    const limit = dataLimit(fileBytes);
    if (limit === MAX_DATA_BYTES) throw tooLarge(`The datasets of the file take more than ${limit} bytes`);
    throw unsupportedError(
      'model-too-large',
      `With "${path}" the weights take more than ${limit} bytes, the most that is unpacked of a file of ${fileBytes} bytes.`,
      'Trained weights are not packed so small: train the model, or save it without compression.',
    );
  }
}

export function dataLimit(fileBytes: number): number {
  return Math.min(MAX_DATA_BYTES, FREE_DATA_BYTES + fileBytes * DATA_BYTES_PER_FILE_BYTE);
}

export function countObject(budget: Budget, path: string, depth: number): void {
  if (--budget.objects < 0) throw damagedHdf5(`it has more than ${MAX_OBJECTS} objects`);
  if (depth > MAX_DEPTH) throw damagedHdf5(`"${path}" is nested more than ${MAX_DEPTH} groups deep`);
}

export function budgetOf(bytes: Uint8Array, fileBytes: number): Budget {
  return {
    fileBytes,
    objects: MAX_OBJECTS,
    bytes: dataLimit(fileBytes),
    plausibleBytes: bytes.length * MAX_COMPRESSION,
  };
}
