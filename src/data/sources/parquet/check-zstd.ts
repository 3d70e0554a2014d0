/** Refuses Zstandard frames that may unpack to far more than they should. Source: RFC 8878, section 3.1.1. */

import { badData } from '../read-file.ts';

const MAGIC = 0xfd2fb528;
const MAX_BLOCK_BYTES = 2 ** 17;
/** What blocks may unpack to together, whatever they say. */
const MAX_BYTES = 2 ** 29;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const RLE = 1;

function damaged(why: string): Error {
  return badData(`a page packed with ZSTD ${why}`, 'Write the file again.');
}

function sizeBytes(descriptor: number): number {
  const [flag, isSingle] = [descriptor >> 6, (descriptor & 32) !== 0];
  return flag === 0 ? Number(isSingle) : 2 ** flag;
}

/** What the frame says it unpacks to; undefined where it does not say it. */
function frameSize(view: DataView, at: number, bytes: number): number | undefined {
  if (bytes === 0) return undefined;
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

/** `expected` is the page's size. Throws `bad-data`; RangeErrors say that the frame ends early. */
export function checkZstd(packed: Uint8Array, expected: number): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let [at, most] = [0, 0];
  while (at < packed.length) {
    if (view.getUint32(at, true) !== MAGIC) throw damaged('is no frame');
    const descriptor = view.getUint8(at + 4);
    at += 5 + ((descriptor & 32) === 0 ? 1 : 0) + DICTIONARY_BYTES[descriptor & 3];
    const size = frameSize(view, at, sizeBytes(descriptor));
    if (size !== undefined && size > expected)
      throw damaged(`has ${size} bytes, and should have ${expected}`);
    at += sizeBytes(descriptor);
    for (let isLast = false; !isLast; ) {
      const head = view.getUint16(at, true) + view.getUint8(at + 2) * 2 ** 16;
      isLast = head % 2 === 1;
      const isRun = ((head >> 1) & 3) === RLE;
      if (isRun && head >> 3 > MAX_BLOCK_BYTES) throw damaged('has a block that is too long');
      most += isRun ? head >> 3 : MAX_BLOCK_BYTES;
      if (most > MAX_BYTES) throw damaged('has too many blocks');
      at += 3 + (isRun ? 1 : head >> 3);
    }
    if ((descriptor & 4) !== 0) at += 4;
  }
}
