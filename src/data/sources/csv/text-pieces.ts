/** The text of a file in pieces of UTF-8: without a byte order mark, with line feeds at the ends of lines. */

import { inputError, type TinymlError } from '../../../core/errors.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';

const PIECE_BYTES = 2 ** 18;
const HEAD_BYTES = 4096;
const [LINE_FEED, RETURN] = [10, 13];

type Utf16 = 'utf-16le' | 'utf-16be';

interface TextStart {
  /** Bytes of the byte order mark. */
  readonly skipped: number;
  readonly utf16: Utf16 | undefined;
}

function startOf(head: Uint8Array): TextStart {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { skipped: 3, utf16: undefined };
  if (head[0] === 0xff && head[1] === 0xfe) return { skipped: 2, utf16: 'utf-16le' };
  if (head[0] === 0xfe && head[1] === 0xff) return { skipped: 2, utf16: 'utf-16be' };
  return { skipped: 0, utf16: undefined };
}

function notText(path: string, why: string, cause?: unknown): TinymlError {
  return inputError('bad-data', `${path} ${why}`, 'Save it as text in UTF-8.', cause);
}

function* rawPieces(bytes: RandomAccessBytes, from: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(bytes.length - from, 0)));
  for (let offset = from; offset < bytes.length; offset += PIECE_BYTES) {
    const piece = buffer.subarray(0, Math.min(PIECE_BYTES, bytes.length - offset));
    bytes.readAt(offset, piece);
    yield piece;
  }
}

function* fromUtf16(pieces: Iterable<Uint8Array>, encoding: Utf16, path: string): Generator<Uint8Array> {
  const [decoder, encoder] = [new TextDecoder(encoding, { fatal: true }), new TextEncoder()];
  const decoded = (piece: Uint8Array | undefined) => {
    try {
      return encoder.encode(decoder.decode(piece, { stream: piece !== undefined }));
    } catch (error) {
      throw notText(path, 'begins as UTF-16 and holds bytes that are none', error);
    }
  };
  for (const piece of pieces) yield decoded(piece);
  yield decoded(undefined);
}

/** Old Macintosh texts end their lines with a carriage return alone. */
function* fromReturns(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) yield piece.map((byte) => (byte === RETURN ? LINE_FEED : byte));
}

/** A piece holds until the next one is asked for. Throws `bad-data` for what is no text. */
export function* textPieces(bytes: RandomAccessBytes, path: string): Generator<Uint8Array> {
  const head = new Uint8Array(Math.min(HEAD_BYTES, bytes.length));
  bytes.readAt(0, head);
  const { skipped, utf16 } = startOf(head);
  const raw = rawPieces(bytes, skipped);
  if (utf16 !== undefined) {
    yield* fromUtf16(raw, utf16, path);
    return;
  }
  if (head.includes(0)) throw notText(path, 'holds zero bytes, so it is no text, or UTF-16 without a mark');
  yield* head.includes(RETURN) && !head.includes(LINE_FEED) ? fromReturns(raw) : raw;
}
