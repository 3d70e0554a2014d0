/** Bytes that are read piece by piece, wherever they lie, so that what reads them need not hold them. */
export interface RandomAccessBytes {
  readonly length: number;
  /** Fills `into` with the bytes from `offset` on; the range must lie within `length`. */
  readAt(offset: number, into: Uint8Array): void;
  close(): void;
}

/** Bytes that are there already, read as if they were a file. */
export function bytesInMemory(bytes: Uint8Array): RandomAccessBytes {
  return {
    length: bytes.length,
    readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    close() {},
  };
}
