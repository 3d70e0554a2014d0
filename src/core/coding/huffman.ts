/**
 * Canonical Huffman codes of bytes, in the form that a small decoder reads: one byte with the length of the longest code, how
 * many codes there are of each length from 1 on (two bytes each, little-endian), the bytes that they stand for, shorter codes
 * first, and the codes themselves, most significant bit first. How many bytes were coded stands elsewhere.
 */

import { inputError } from '../errors.ts';

/** In bits. A decoder holds a code in a 16-bit word and one bit more of its place. */
export const LONGEST_CODE = 15;
const SYMBOLS = 256;
const COUNT_BYTES = 2;

interface Code {
  readonly symbol: number;
  readonly length: number;
  readonly bits: number;
}

/** Symbols with how often they occur, the rarest first. */
function frequencies(bytes: Uint8Array): readonly (readonly [symbol: number, count: number])[] {
  const counts = new Uint32Array(SYMBOLS);
  for (const byte of bytes) counts[byte]++;
  return [...counts.entries()].filter(([, count]) => count > 0).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
}

interface Package {
  readonly weight: number;
  readonly symbols: readonly number[];
}

/** The best lengths that are no longer than `LONGEST_CODE`, by packages of coins (Larmore and Hirschberg). */
function codeLengths(bytes: Uint8Array): ReadonlyMap<number, number> {
  const known = frequencies(bytes);
  if (known.length < 2) return new Map(known.map(([symbol]) => [symbol, 1]));
  const coins = known.map(([symbol, weight]): Package => ({ weight, symbols: [symbol] }));
  let row: readonly Package[] = coins;
  for (let length = 1; length < LONGEST_CODE; length++) {
    const pairs = Array.from({ length: row.length >> 1 }, (_, at): Package => {
      const [a, b] = [row[2 * at], row[2 * at + 1]];
      return { weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] };
    });
    row = [...coins, ...pairs].sort((a, b) => a.weight - b.weight);
  }
  const lengths = new Map<number, number>();
  for (const { symbols } of row.slice(0, 2 * known.length - 2)) {
    for (const symbol of symbols) lengths.set(symbol, (lengths.get(symbol) ?? 0) + 1);
  }
  return lengths;
}

/** Codes of one length count up, and those of the next go on behind them. */
function canonical(lengths: ReadonlyMap<number, number>): readonly Code[] {
  const sorted = [...lengths].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  let bits = 0;
  let before = 0;
  return sorted.map(([symbol, length]) => {
    bits <<= length - before;
    before = length;
    return { symbol, length, bits: bits++ };
  });
}

/** Undefined where there is nothing to code. */
export function encodeHuffman(bytes: Uint8Array): Uint8Array | undefined {
  const codes = canonical(codeLengths(bytes));
  const longest = codes.at(-1)?.length;
  if (longest === undefined) return undefined;
  const codeOf = new Map(codes.map((code) => [code.symbol, code]));
  const tableBytes = 1 + COUNT_BYTES * longest + codes.length;
  let bitCount = 0;
  for (const byte of bytes) bitCount += codeOf.get(byte)?.length ?? 0;
  const coded = new Uint8Array(tableBytes + Math.ceil(bitCount / 8));
  const view = new DataView(coded.buffer);
  coded[0] = longest;
  for (let length = 1; length <= longest; length++) {
    const count = codes.filter((code) => code.length === length).length;
    view.setUint16(1 + COUNT_BYTES * (length - 1), count, true);
  }
  coded.set(
    codes.map(({ symbol }) => symbol),
    1 + COUNT_BYTES * longest,
  );
  let at = 8 * tableBytes;
  for (const byte of bytes) {
    const { length, bits } = codeOf.get(byte) as Code;
    for (let bit = length - 1; bit >= 0; bit--, at++) coded[at >> 3] |= ((bits >> bit) & 1) << (7 - (at & 7));
  }
  return coded;
}

function damaged(detail: string): Error {
  return inputError('corrupt-huffman', `The Huffman codes ${detail}`, 'They are damaged; make them again.');
}

interface Tables {
  /** How many codes there are of each length, from 1 on. */
  readonly counts: readonly number[];
  readonly symbols: Uint8Array;
  readonly bytes: number;
}

function readTables(coded: Uint8Array): Tables {
  const longest = coded[0] ?? 0;
  if (longest < 1 || longest > LONGEST_CODE)
    throw damaged(`are up to ${longest} bits long, not 1 to ${LONGEST_CODE}`);
  const symbolsAt = 1 + COUNT_BYTES * longest;
  if (coded.length < symbolsAt) throw damaged('end in their table');
  const view = new DataView(coded.buffer, coded.byteOffset);
  const counts = Array.from({ length: longest }, (_, at) => view.getUint16(1 + COUNT_BYTES * at, true));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bytes = symbolsAt + total;
  if (total < 1 || total > SYMBOLS || coded.length < bytes)
    throw damaged(`are ${total}, which the table does not hold`);
  // In units of the longest code: a full tree has as many leaves as there is room for, a single code half of it.
  const room = counts.reduce((sum, count, at) => sum + count * 2 ** (longest - 1 - at), 0);
  if (room !== 2 ** longest && !(total === 1 && longest === 1)) throw damaged('contradict each other');
  const symbols = coded.subarray(symbolsAt, bytes);
  if (new Set(symbols).size !== total) throw damaged('name a byte twice');
  return { counts, symbols, bytes };
}

/** `count` bytes. Throws `corrupt-huffman` for whatever `encodeHuffman` does not make, in time that `count` bounds. */
export function decodeHuffman(coded: Uint8Array, count: number): Uint8Array {
  const { counts, symbols, bytes } = readTables(coded);
  const most = 8 * (coded.length - bytes);
  if (count > most) throw damaged(`are ${most} bits for ${count} bytes`);
  const decoded = new Uint8Array(count);
  let at = 8 * bytes;
  const end = 8 * coded.length;
  for (let i = 0; i < count; i++) {
    let [code, first, before] = [0, 0, 0];
    for (let length = 0; ; length++) {
      if (at === end || length === counts.length) throw damaged('end too early');
      code = 2 * code + ((coded[at >> 3] >> (7 - (at & 7))) & 1);
      at++;
      if (code - first < counts[length]) {
        decoded[i] = symbols[before + code - first];
        break;
      }
      before += counts[length];
      first = 2 * (first + counts[length]);
    }
  }
  if (end - at > 7) throw damaged('go on behind their end');
  return decoded;
}
