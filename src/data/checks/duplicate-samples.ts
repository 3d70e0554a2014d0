/** The same sample in two parts: what is tested was learned by heart. */

import { PART, PARTS, type Part } from '../splits/parts.ts';
import type { Finding } from './finding.ts';

/** Different samples that are remembered. Of more, those whose hash ends in zeros: all copies of a sample, or none. */
const MOST_SAMPLES = 2 ** 18;

export interface DuplicateFinder {
  see(sample: Float32Array, part: number): void;
  finish(): readonly Finding[];
}

/** 52 bits of the values' bits: two multiplicative hashes with different constants. */
function hashOf(bits: Uint32Array): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < bits.length; i++) {
    a = Math.imul(a ^ bits[i], 0x01000193);
    a ^= a >>> 15;
    b = Math.imul((b + bits[i]) | 0, 0x85ebca6b);
    b = (b << 13) | (b >>> 19);
  }
  a = Math.imul(a ^ (a >>> 16), 0xc2b2ae35);
  return ((a ^ (a >>> 13)) >>> 0) * 2 ** 20 + ((b ^ (b >>> 16)) & 0xfffff);
}

function copies(
  counts: readonly (readonly [number, number, number])[],
  a: Part,
  b: Part,
  step: number,
): Finding[] {
  const shared = counts.filter((own) => own[PART[a]] > 0 && own[PART[b]] > 0);
  if (shared.length === 0) return [];
  const copiesInB = shared.reduce((sum, own) => sum + own[PART[b]], 0);
  const all = counts.reduce((sum, own) => sum + own[PART[b]], 0);
  const looked = step === 1 ? '' : ` that were compared (one in ${step})`;
  return [
    {
      check: 'duplicate-samples',
      sentence: `${copiesInB} of ${all} ${b} samples${looked} are in the ${a} split too, value for value: what they measure was learned by heart; remove the copies, or split by a group.`,
    },
  ];
}

export function findDuplicates(): DuplicateFinder {
  let counts = new Map<number, [number, number, number]>();
  let step = 1;
  return {
    see(sample, part) {
      const hash = hashOf(new Uint32Array(sample.buffer, sample.byteOffset, sample.length));
      if (hash % step !== 0) return;
      const own = counts.get(hash) ?? [0, 0, 0];
      own[part]++;
      counts.set(hash, own);
      if (counts.size <= MOST_SAMPLES) return;
      step *= 2;
      counts = new Map([...counts].filter(([key]) => key % step === 0));
    },
    finish() {
      const all = [...counts.values()];
      return PARTS.flatMap((a, index) => PARTS.slice(index + 1).flatMap((b) => copies(all, a, b, step)));
    },
  };
}
