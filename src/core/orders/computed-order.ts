/** Random orders of any length that take no memory: what comes at a place is computed. */

import type { Random } from '../random.ts';

/** Longer orders are computed, place by place: those that are drawn take 4 bytes for each. */
export const MOST_DRAWN_PLACES = 2 ** 18;

const ROUNDS = 6;

/** MurmurHash3's finalizer (A. Appleby): every bit of 32 changes half of them. */
function mixed(word: number): number {
  let hash = word ^ (word >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * What comes at each place of 0 … length − 1 in an order that `random` draws: a Feistel network on the least power of two that
 * holds `length`, walked until it arrives below (J. Black, P. Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002).
 * `length` is at most 2³².
 */
export function computedOrder(random: Random, length: number): (place: number) => number {
  const keys = Int32Array.from({ length: ROUNDS }, () => random.uint32());
  const bits = Math.max(2, Math.ceil(Math.log2(length)));
  const lowBits = bits >> 1;
  const lowMask = 2 ** lowBits - 1;
  const highMask = 2 ** (bits - lowBits) - 1;
  const step = (value: number): number => {
    let low = value & lowMask;
    let high = value >>> lowBits;
    for (let round = 0; round < ROUNDS; round += 2) {
      low ^= mixed(high ^ keys[round]) & lowMask;
      high ^= mixed(low ^ keys[round + 1]) & highMask;
    }
    return ((high << lowBits) | low) >>> 0;
  };
  return (place) => {
    let value = step(place);
    while (value >= length) value = step(value);
    return value;
  };
}
