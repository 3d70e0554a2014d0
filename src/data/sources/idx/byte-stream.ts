/** Bytes from the first to the last, as they are in a file or packed by gzip. */

import { Gunzip } from 'fflate';
import { crc32 } from '../../../core/crc32.ts';
import { TinymlError } from '../../../core/errors.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';

export const DAMAGED_HINT = 'Copy or download the file again, or leave it out.';

/** What they throw is `bad-data` (input), a sentence that does not name the file. */
export interface ByteStream {
  /** How many bytes there are in all. */
  readonly length: number;
  /** Fills `into` with the next bytes; as many must be there. */
  read(into: Uint8Array): void;
  /** After the last byte: whether they were what was packed. */
  finish(): void;
}

function plainStream(file: RandomAccessBytes): ByteStream {
  let offset = 0;
  return {
    length: file.length,
    read(into) {
      file.readAt(offset, into);
      offset += into.length;
    },
    finish() {},
  };
}

const GZIP_MARK = [0x1f, 0x8b];
/** At once; a thousand times as much comes of it at most. */
const PIECE_BYTES = 2 ** 14;
/** Checksum and length of what was packed. */
const TRAILER_BYTES = 8;
const MIN_GZIP_BYTES = 18;

export function isGzip(head: Uint8Array): boolean {
  return GZIP_MARK.every((byte, i) => head[i] === byte);
}

/** What the first bytes of a gzip file unpack to, as far as they do: of a part that is stored as it is, only a whole one. */
export function unpackHead(head: Uint8Array): Uint8Array {
  let first: Uint8Array = new Uint8Array(0);
  try {
    new Gunzip((piece) => {
      if (first.length === 0) first = piece;
    }).push(head);
  } catch {
    // Not of gzip after all, or damaged: what came out before is what there is.
  }
  return first;
}

function unpackError(error: unknown): unknown {
  if (error instanceof TinymlError) return error;
  return badData('it is a damaged gzip file: it does not unpack', DAMAGED_HINT, error);
}

/** The length is what the file's end says: nothing is unpacked to know it. */
function gzipStream(file: RandomAccessBytes): ByteStream {
  if (file.length < MIN_GZIP_BYTES) throw badData('it is a gzip file that was cut off', DAMAGED_HINT);
  const trailer = new DataView(new ArrayBuffer(TRAILER_BYTES));
  file.readAt(file.length - TRAILER_BYTES, new Uint8Array(trailer.buffer));
  const length = trailer.getUint32(4, true);
  const waiting: Uint8Array[] = [];
  const unpacker = new Gunzip((piece) => {
    if (piece.length > 0) waiting.push(piece);
  });
  let offset = 0;
  let crc = 0;
  const unpackMore = (): void => {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, file.length - offset));
    if (piece.length === 0) throw badData('it is a gzip file that was cut off', DAMAGED_HINT);
    file.readAt(offset, piece);
    offset += piece.length;
    try {
      unpacker.push(piece, offset === file.length);
    } catch (error) {
      throw unpackError(error);
    }
  };
  const next = (most: number): Uint8Array => {
    while (waiting.length === 0) unpackMore();
    const piece = waiting[0].subarray(0, most);
    if (piece.length === waiting[0].length) waiting.shift();
    else waiting[0] = waiting[0].subarray(most);
    return piece;
  };
  return {
    length,
    read(into) {
      for (let filled = 0; filled < into.length; ) {
        const piece = next(into.length - filled);
        into.set(piece, filled);
        filled += piece.length;
      }
      crc = crc32(into, crc);
    },
    finish() {
      while (waiting.length === 0 && offset < file.length) unpackMore();
      if (waiting.length > 0 || crc !== trailer.getUint32(0, true)) {
        throw badData(
          'it is a damaged gzip file: it unpacks to something else than was packed',
          DAMAGED_HINT,
        );
      }
    },
  };
}

export function openByteStream(file: RandomAccessBytes): ByteStream {
  const mark = new Uint8Array(Math.min(GZIP_MARK.length, file.length));
  file.readAt(0, mark);
  return isGzip(mark) ? gzipStream(file) : plainStream(file);
}
