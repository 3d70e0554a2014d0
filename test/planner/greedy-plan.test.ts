import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../src/core/random.ts';
import { type BufferRequest, placeGreedily } from '../../src/planner/greedy-plan.ts';

const buffer = (bytes: number, firstUse: number, lastUse: number, offlineOffset?: number): BufferRequest =>
  offlineOffset === undefined ? { bytes, firstUse, lastUse } : { bytes, firstUse, lastUse, offlineOffset };

describe('placeGreedily', () => {
  it.each<[string, readonly BufferRequest[], readonly number[]]>([
    ['nothing', [], []],
    ['one buffer', [buffer(32, 0, 1)], [0]],
    ['the largest first', [buffer(16, 0, 1), buffer(64, 0, 1), buffer(32, 0, 1)], [96, 0, 64]],
    ['of equal buffers the later first', [buffer(16, 0, 1), buffer(16, 0, 1), buffer(16, 0, 1)], [32, 16, 0]],
    ['buffers of different times at one place', [buffer(64, 0, 1), buffer(32, 2, 3)], [0, 0]],
    ['both ends of a lifetime as used', [buffer(64, 0, 1), buffer(32, 1, 2)], [0, 64]],
    [
      'a small buffer in the first gap that holds it',
      [buffer(100, 0, 2), buffer(90, 0, 0), buffer(80, 0, 2), buffer(70, 1, 2)],
      [0, 100, 190, 100],
    ],
    [
      'no buffer in a gap that is too small',
      [buffer(10, 0, 1, 0), buffer(10, 0, 1, 20), buffer(16, 0, 1), buffer(10, 0, 1)],
      [0, 20, 30, 10],
    ],
    [
      'given places as they are, also where they overlap',
      [buffer(16, 0, 9), buffer(32, 0, 9, 0), buffer(32, 0, 9, 0), buffer(8, 0, 9, 48)],
      [32, 0, 0, 48],
    ],
    ['given places before larger ones', [buffer(64, 0, 9), buffer(16, 0, 9, 32)], [48, 32]],
    [
      'buffers that nobody uses apart from each other only',
      [buffer(16, -1, -1), buffer(16, -1, -1), buffer(16, 0, 5)],
      [16, 0, 0],
    ],
  ])('places %s', (_, requests, offsets) => {
    expect(placeGreedily(requests)).toEqual(offsets);
  });
});

const overlapInTime = (a: BufferRequest, b: BufferRequest): boolean =>
  a.firstUse <= b.lastUse && b.firstUse <= a.lastUse;

/**
 * The rule said in another way: buffers are taken by size, the latest first among equals, and each goes to the lowest
 * offset that is zero or the end of a placed buffer it meets in time, and where it meets none of them in space.
 */
function lowestFree(requests: readonly BufferRequest[]): number[] {
  const rank = (index: number): number => requests[index].bytes * 1e6 + index;
  const order = requests.map((_, index) => index).sort((a, b) => rank(b) - rank(a));
  const offsets = new Map<number, number>();
  for (const index of order) {
    const wanted = requests[index];
    const met = [...offsets].filter(([other]) => overlapInTime(wanted, requests[other]));
    const candidates = [0, ...met.map(([other, offset]) => offset + requests[other].bytes)];
    const free = candidates.filter((candidate) =>
      met.every(
        ([other, offset]) =>
          candidate + wanted.bytes <= offset || offset + requests[other].bytes <= candidate,
      ),
    );
    offsets.set(index, Math.min(...free));
  }
  return requests.map((_, index) => offsets.get(index) ?? Number.NaN);
}

function randomRequests(random: Random): BufferRequest[] {
  return Array.from({ length: 1 + random.below(24) }, () => {
    const firstUse = random.below(12);
    return buffer(16 * (1 + random.below(10)), firstUse, firstUse + random.below(5));
  });
}

describe('any lifetimes', () => {
  it('are placed at the lowest free offset in the order of size', () => {
    const random = createRandom(3, 'lifetimes');
    for (let round = 0; round < 500; round++) {
      const requests = randomRequests(random);
      expect(placeGreedily(requests)).toEqual(lowestFree(requests));
    }
  });

  it('never overlap in time and space', () => {
    const random = createRandom(4, 'lifetimes');
    for (let round = 0; round < 500; round++) {
      const requests = randomRequests(random);
      const offsets = placeGreedily(requests);
      for (const [a, one] of requests.entries()) {
        for (const [b, other] of requests.entries()) {
          if (a >= b || !overlapInTime(one, other)) continue;
          const apart = offsets[a] + one.bytes <= offsets[b] || offsets[b] + other.bytes <= offsets[a];
          expect(apart).toBe(true);
        }
      }
    }
  });
});
