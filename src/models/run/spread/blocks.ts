/** Records as blocks of bytes that can be handed to another thread. */

import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { type RecordSource, recordLengthOf } from '../../../data/records/records.ts';

export interface BlockSource {
  /** Records in all. */
  readonly count: number;
  readonly recordBytes: number;
  /** Copies records `start` to `start + rows` to the beginning of `into`. */
  read(start: number, rows: number, into: ArrayBuffer): void;
}

const MAX_BLOCK_BYTES = 2 ** 21;
const MAX_BLOCK_MACS = 2e8;
const MAX_BLOCK_ROWS = 1024;

/**
 * Records in a block: tens of milliseconds of work at most, so that a block is worth a message and an interruption
 * need not wait. It depends on the model alone, because sums over blocks must not change with the machine.
 */
export function blockRows(recordBytes: number, macs: number): number {
  const rows = Math.min(MAX_BLOCK_ROWS, MAX_BLOCK_BYTES / recordBytes, MAX_BLOCK_MACS / Math.max(1, macs));
  return Math.max(1, Math.floor(rows));
}

/** float32 values. */
export function floatBlocks(records: RecordSource): BlockSource {
  return {
    count: records.count,
    recordBytes: recordLengthOf(records) * Float32Array.BYTES_PER_ELEMENT,
    read: (start, rows, into) => records.read(start, rows, new Float32Array(into)),
  };
}

/** Whole records, one after another. */
export function byteBlocks(bytes: RandomAccessBytes, recordBytes: number): BlockSource {
  return {
    count: bytes.length / recordBytes,
    recordBytes,
    read: (start, rows, into) =>
      bytes.readAt(start * recordBytes, new Uint8Array(into, 0, rows * recordBytes)),
  };
}
