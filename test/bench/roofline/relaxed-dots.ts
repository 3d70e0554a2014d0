/**
 * Whether the dot products of relaxed SIMD would be faster than `i32x4.dot_i16x8_s`. Their results are one and the same on
 * every machine only where one factor has 7 bits, so a product of two int8 takes two of them, with the upper 7 bits of one
 * factor and with its lowest; the second, of 0 or 1, may be added up as int16.
 */

import type { Outcome } from '../row.ts';
import { macsPerSecond } from './independent-chains.ts';
import { multiplyAddPeak } from './multiply-add-peak.ts';

const SEVEN_BITS = {
  next: (sum: string) => `i32x4.relaxed_dot_i8x16_i7x16_add_s(${sum}, x, ${sum})`,
  macs: 16,
};
const ONE_BIT = {
  next: (sum: string) => `i16x8.add(${sum}, i16x8.relaxed_dot_i8x16_i7x16_s(${sum}, x))`,
  macs: 16,
};

export async function relaxedRows(): Promise<Outcome[]> {
  const name = 'int8 products by relaxed SIMD against those of SIMD';
  const [seven, one] = [await macsPerSecond(SEVEN_BITS), await macsPerSecond(ONE_BIT)];
  if (seven === undefined || one === undefined) {
    return [{ name, why: `Node ${process.version} has no relaxed SIMD, as Node 22 and later have` }];
  }
  const peak = await multiplyAddPeak();
  const both = 1 / (1 / seven + 1 / Math.max(one, seven));
  const giga = (value: number): string => (value / 1e9).toPrecision(3);
  return [
    {
      name,
      value: both / peak,
      unit: '×',
      how: `10^9 multiply-accumulates a second at best: ${giga(both)}, made of ${giga(seven)} with 7 bits and ${giga(one)} with the last one, against ${giga(peak)}; not used below 1; minima`,
    },
  ];
}
