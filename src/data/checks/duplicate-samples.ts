/** The same sample in two parts: what is tested was learned by heart. */

import { PART, PARTS, type Part } from '../splits/parts.ts';
import type { Finding } from './finding.ts';

/** Different samples that are remembered. Of more, those whose hash ends in zeros: all copies of a sample, or none. */
const MOST_SAMPLES = 2 ** 18;

export interface DuplicateFinder {
  /** `length` values from `from` on are one sample; `bits` are those of float32. */
  see(bits: Uint32Array, from: number, length: number, part: number): void;
  finish(): readonly Finding[];
}

/** 52 bits of the values' bits: two multiplicative hashes with different constants. Never 0. */
function hashOf(bits: Uint32Array, from: number, length: number): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = from; i < from + length; i++) {
    a = Math.imul(a ^ bits[i], 0x01000193);
    a ^= a >>> 15;
    b = Math.imul((b + bits[i]) | 0, 0x85ebca6b);
    b = (b << 13) | (b >>> 19);
  }
  a = Math.imul(a ^ (a >>> 16), 0xc2b2ae35);
  return ((a ^ (a >>> 13)) >>> 0) * 2 ** 20 + ((b ^ (b >>> 16)) & 0xfffff) + 1;
}

/** How often each hash was met in each part: open addressing in plain arrays, for there are many. */
class HashCounts {
  readonly #slots: number;
  readonly #keys: Float64Array;
  readonly counts: Uint32Array;
  size = 0;

  constructor(slots: number) {
    this.#slots = slots;
    this.#keys = new Float64Array(slots);
    this.counts = new Uint32Array(slots * PARTS.length);
  }

  /** Where the counts of `hash` begin. */
  #place(hash: number): number {
    // The last bits are those by which hashes are left out.
    let slot = Math.floor(hash / 2 ** 20) % this.#slots;
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== hash) slot = (slot + 1) % this.#slots;
    if (this.#keys[slot] === 0) {
      this.#keys[slot] = hash;
      this.size++;
    }
    return slot * PARTS.length;
  }

  add(hash: number, part: number): void {
    this.counts[this.#place(hash) + part]++;
  }

  /** Those whose hash is divisible by `step`; with room for `slots`. */
  only(step: number, slots: number): HashCounts {
    const kept = new HashCounts(slots);
    for (const [slot, hash] of this.#keys.entries()) {
      if (hash === 0 || hash % step !== 0) continue;
      const to = kept.#place(hash);
      for (let part = 0; part < PARTS.length; part++) {
        kept.counts[to + part] = this.counts[slot * PARTS.length + part];
      }
    }
    return kept;
  }
}

function copies({ counts }: HashCounts, a: Part, b: Part, step: number): Finding[] {
  let [shared, all] = [0, 0];
  for (let at = 0; at < counts.length; at += PARTS.length) {
    const inB = counts[at + PART[b]];
    all += inB;
    if (counts[at + PART[a]] > 0) shared += inB;
  }
  if (shared === 0) return [];
  const looked = step === 1 ? '' : ` that were compared (one in ${step})`;
  return [
    {
      check: 'duplicate-samples',
      sentence: `${shared} of ${all} ${b} samples${looked} ${shared === 1 ? 'is' : 'are'} in the ${a} split too, value for value: what they measure was learned by heart; remove the copies, or split by a group.`,
    },
  ];
}

const FIRST_SLOTS = 2 ** 12;

export function findDuplicates(): DuplicateFinder {
  let slots = FIRST_SLOTS;
  let counts = new HashCounts(slots);
  let step = 1;
  return {
    see(bits, from, length, part) {
      const hash = hashOf(bits, from, length);
      if (step > 1 && hash % step !== 0) return;
      counts.add(hash, part);
      if (2 * counts.size <= slots) return;
      if (slots < 2 * MOST_SAMPLES) slots *= 2;
      else step *= 2;
      counts = counts.only(step, slots);
    },
    finish: () =>
      PARTS.flatMap((a, index) => PARTS.slice(index + 1).flatMap((b) => copies(counts, a, b, step))),
  };
}
