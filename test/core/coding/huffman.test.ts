import { describe, expect, it } from 'vitest';
import { decodeHuffman, encodeHuffman } from '../../../src/core/coding/huffman.ts';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';

const repeated = (byte: number, count: number): number[] => new Array<number>(count).fill(byte);

/** Each byte as often as the two before it together: the deepest tree. */
function fibonacci(symbols: number): Uint8Array {
  const bytes: number[] = [];
  for (let symbol = 0, a = 1, b = 1; symbol < symbols; symbol++, [a, b] = [b, a + b]) {
    bytes.push(...repeated(symbol, a));
  }
  return Uint8Array.from(bytes);
}

function drawn(random: Random): Uint8Array {
  const values = 1 + random.below(256);
  const skew = 1 + random.below(4);
  return Uint8Array.from({ length: 1 + random.below(600) }, () =>
    Math.floor(values * random.uniform() ** skew),
  );
}

/** Bits of each byte under the best prefix code without a bound, by pairing the rarest again and again. */
function bestBits(bytes: Uint8Array): number {
  const counts = new Map<number, number>();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  const weights = [...counts.values()];
  if (weights.length === 1) return bytes.length;
  let bits = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const pair = (weights.pop() as number) + (weights.pop() as number);
    bits += pair;
    weights.push(pair);
  }
  return bits;
}

describe('Huffman codes', () => {
  it.each([
    ['one byte', Uint8Array.of(7)],
    ['one byte again and again', Uint8Array.from(repeated(255, 1000))],
    ['two', Uint8Array.of(0, 128, 0, 0)],
    ['every byte once', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
    ['the deepest tree that needs no bound', fibonacci(15)],
    ['deeper ones', fibonacci(22)],
  ])('give back %s', (_, bytes) => {
    expect(decodeHuffman(encodeHuffman(bytes) as Uint8Array, bytes.length)).toEqual(bytes);
  });

  it('give back random bytes, and are as short as codes can be', () => {
    const random = createRandom(5, 'huffman');
    for (let index = 0; index < 200; index++) {
      const bytes = drawn(random);
      const coded = encodeHuffman(bytes) as Uint8Array;
      expect(decodeHuffman(coded, bytes.length)).toEqual(bytes);
      const symbols = new Set(bytes).size;
      expect(coded.length).toBe(1 + 2 * coded[0] + symbols + Math.ceil(bestBits(bytes) / 8));
    }
  });

  it('lie as a decoder on a chip reads them', () => {
    // 3 has the code 0, 1 and 9 have 10 and 11: 0 0 0 10 0 11.
    expect(encodeHuffman(Uint8Array.of(3, 3, 3, 1, 3, 9))).toEqual(
      Uint8Array.of(2, 1, 0, 2, 0, 3, 1, 9, 0b0001_0011),
    );
  });

  it('are none of nothing', () => {
    expect(encodeHuffman(new Uint8Array())).toBeUndefined();
  });

  it.each([
    ['are up to 0 bits long', [], 1],
    ['are up to 16 bits long', [16], 1],
    ['end in their table', [2, 1, 0], 1],
    ['are 0, which the table does not hold', [1, 0, 0], 1],
    ['are 300, which the table does not hold', [1, 44, 1], 1],
    ['are 2, which the table does not hold', [1, 2, 0, 5], 1],
    ['contradict each other', [1, 3, 0, 1, 2, 3, 0], 1],
    ['contradict each other', [2, 1, 0, 1, 0, 1, 2, 0], 1],
    ['name a byte twice', [1, 2, 0, 5, 5, 0], 1],
    ['are 8 bits for 9 bytes', [1, 2, 0, 5, 6, 0], 9],
    ['end too early', [2, 1, 0, 2, 0, 3, 1, 9, 0xff], 5],
    ['end too early', [1, 1, 0, 5, 0xff], 1],
    ['go on behind their end', [1, 2, 0, 5, 6, 0, 0], 2],
  ] as const)('that %s are refused', (sentence, bytes, count) => {
    expect(() => decodeHuffman(Uint8Array.from(bytes), count)).toThrow(sentence);
  });

  it('survive any damage with bytes or a sentence', () => {
    const random = createRandom(6, 'damaged huffman');
    let refused = 0;
    for (let index = 0; index < 3000; index++) {
      const bytes = drawn(random);
      const coded = encodeHuffman(bytes) as Uint8Array;
      for (let change = random.below(4); change >= 0; change--)
        coded[random.below(coded.length)] = random.below(256);
      const cut = random.below(3) === 0 ? coded.subarray(0, random.below(coded.length)) : coded;
      try {
        expect(decodeHuffman(cut, bytes.length)).toHaveLength(bytes.length);
      } catch (error) {
        if (!(error instanceof TinymlError && error.code === 'corrupt-huffman')) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
