import { describe, expect, it } from 'vitest';
import { FLOAT16_MAX, narrowFloat16, widenFloat16 } from '../../src/formats/float16.ts';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
const widened = widenFloat16(new Uint8Array(ALL.buffer));
/** Every finite one that is not negative, in order. */
const ascending = Array.from(widened.subarray(0, 0x7c00));

function narrowed(value: number): number {
  return new Uint16Array(narrowFloat16(Float32Array.of(value)).buffer)[0];
}

describe('float16', () => {
  it('of every float16 that is a number is that float16, signs of zero and infinities too', () => {
    const back = new Uint16Array(narrowFloat16(widened).buffer);
    const wrong = ALL.filter((bits) => !Number.isNaN(widened[bits]) && back[bits] !== bits);
    expect(wrong).toEqual(new Uint16Array());
    expect(widenFloat16(narrowFloat16(Float32Array.of(Number.NaN)))).toEqual(Float32Array.of(Number.NaN));
  });

  it('is the nearer neighbour, and the even one of two that are equally near', () => {
    for (let bits = 0; bits + 1 < ascending.length; bits++) {
      const middle = (ascending[bits] + ascending[bits + 1]) / 2;
      // float32 holds the middle, and its own neighbours are nearer to one side.
      const step = Math.max(middle * 2 ** -23, 2 ** -40);
      const got = [middle - step, middle, middle + step].map(narrowed);
      const even = bits % 2 === 0 ? bits : bits + 1;
      if (got[0] !== bits || got[1] !== even || got[2] !== bits + 1) {
        expect(got, `between ${ascending[bits]} and ${ascending[bits + 1]}`).toEqual([bits, even, bits + 1]);
      }
    }
  });

  it.each([
    [2 ** -24, 1],
    [2 ** -25, 0],
    [1.5 * 2 ** -25, 1],
    [1e-45, 0],
    [-1e-45, 0x8000],
    [2 ** -14 - 2 ** -25, 0x400],
    [FLOAT16_MAX, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-65520, 0xfc00],
    [3e38, 0x7c00],
    [1, 0x3c00],
    [1 / 3, 0x3555],
  ])('%d is %i', (value, bits) => {
    expect(narrowed(value)).toBe(bits);
  });
});
