import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import {
  assignFold,
  assignFolds,
  assignParts,
  type SplitRequest,
} from '../../../src/data/splits/assign-parts.ts';
import { checkParts, countParts } from '../../../src/data/splits/check-parts.ts';
import { PART } from '../../../src/data/splits/parts.ts';

const SHARES = { train: 0.6, validation: 0.2, test: 0.2 };

function split(request: Omit<SplitRequest, 'seed' | 'shares'> & Partial<SplitRequest>): Uint8Array {
  return assignParts({ seed: 1, shares: SHARES, ...request });
}

/** How many samples of each class every part has: `[class][part]`. */
function table(parts: Uint8Array, classOf: ArrayLike<number>): number[][] {
  const counts: number[][] = [];
  for (const [sample, part] of parts.entries()) {
    counts[classOf[sample]] ??= [0, 0, 0];
    counts[classOf[sample]][part]++;
  }
  return counts;
}

/** Class k as often as `counts[k]` says, sorted by class as many files are. */
function sorted(...counts: readonly number[]): Uint8Array {
  return Uint8Array.from(counts.flatMap((count, own) => Array.from({ length: count }, () => own)));
}

it.each(['random', 'stratified'] as const)(
  '%s: of hundreds of thousands each part has its share, from everywhere',
  (by) => {
    const count = 2 ** 18 + 10;
    const parts = split({ count, by, classOf: new Uint8Array(count) });
    expect(Object.values(countParts(parts))).toEqual([157_292, 52_431, 52_431]);
    const early = countParts(parts.subarray(0, 10_000)).test;
    // 2000, with a deviation of 40.
    expect(Math.abs(early - 2000)).toBeLessThan(200);
  },
);

describe('stratified', () => {
  it('has every class of a sorted file in every part, in the shares', () => {
    const classOf = sorted(100, 50, 10, 3);
    const parts = split({ count: 163, by: 'stratified', classOf });
    const counts = table(parts, classOf);
    expect(counts[0]).toEqual([60, 20, 20]);
    expect(counts[1]).toEqual([30, 10, 10]);
    expect(counts[2]).toEqual([6, 2, 2]);
    expect(counts[3]).toEqual([1, 1, 1]);
    checkParts(parts, { classOf });
  });

  it('owes no part more than a sample or two over many small classes', () => {
    const classOf = sorted(...Array.from({ length: 40 }, () => 4));
    const parts = split({ count: 160, by: 'stratified', classOf });
    expect(table(parts, classOf).flat()).not.toContain(0);
    expect(countParts(parts)).toEqual({ train: 80, validation: 40, test: 40 });
    const many = sorted(...Array.from({ length: 40 }, () => 11));
    const { train, validation } = countParts(split({ count: 440, by: 'stratified', classOf: many }));
    expect(Math.abs(train - 264)).toBeLessThan(2);
    expect(Math.abs(validation - 88)).toBeLessThan(2);
  });

  it('trains on what occurs once, and measures what occurs twice', () => {
    const classOf = sorted(50, 1, 2);
    const counts = table(split({ count: 53, by: 'stratified', classOf }), classOf);
    expect(counts[1]).toEqual([1, 0, 0]);
    expect(counts[2][0]).toBe(1);
  });

  it('does not depend on the order of the names, but on the seed', () => {
    const classOf = Uint8Array.from({ length: 90 }, (_, i) => (i * i) % 5);
    const renamed = classOf.map((own) => [7, 2, 9, 0, 4][own]);
    const request = { count: 90, by: 'stratified' } as const;
    expect(split({ ...request, classOf: renamed })).toEqual(split({ ...request, classOf }));
    expect(split({ ...request, classOf, seed: 2 })).not.toEqual(split({ ...request, classOf }));
  });
});

describe('random', () => {
  it.each([5, 10, 11, 1000])('has the shares of %i samples', (count) => {
    const counts = countParts(split({ count, by: 'random' }));
    expect(counts.train + counts.validation + counts.test).toBe(count);
    expect(Math.abs(counts.train - 0.6 * count)).toBeLessThan(1);
    expect(Math.abs(counts.test - 0.2 * count)).toBeLessThan(1);
  });

  it('gives every sample its turn', () => {
    const tested = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      split({ count: 20, by: 'random', seed }).forEach((part, sample) => {
        if (part === PART.test) tested.add(sample);
      });
    }
    expect(tested.size).toBe(20);
  });
});

/** Groups of 1 to 30 samples with a class each that is mostly their own. */
function grouped(groups: number): { count: number; groupOf: number[]; classOf: number[] } {
  const random = createRandom(4, 'groups test');
  const groupOf: number[] = [];
  const classOf: number[] = [];
  for (let group = 0; group < groups; group++) {
    const size = 1 + random.below(30);
    for (let i = 0; i < size; i++) {
      groupOf.push(100 - group);
      classOf.push(random.below(4) === 0 ? random.below(3) : group % 3);
    }
  }
  return { count: groupOf.length, groupOf, classOf };
}

function partsOfGroups(parts: Uint8Array, groupOf: ArrayLike<number>): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  for (const [sample, part] of parts.entries()) {
    found.set(groupOf[sample], (found.get(groupOf[sample]) ?? new Set()).add(part));
  }
  return found;
}

describe('grouped', () => {
  it.each([3, 7, 40])('never tears one of %i groups apart', (groups) => {
    const facts = grouped(groups);
    const parts = split({ ...facts, by: 'grouped' });
    expect([...partsOfGroups(parts, facts.groupOf).values()].every(({ size }) => size === 1)).toBe(true);
    expect(Math.min(...Object.values(countParts(parts)))).toBeGreaterThan(0);
  });

  it('comes near the shares, of each class too', () => {
    const facts = grouped(60);
    for (const [train, validation, test] of table(split({ ...facts, by: 'grouped' }), facts.classOf)) {
      const sum = train + validation + test;
      expect(Math.abs(train / sum - 0.6)).toBeLessThan(0.05);
      expect(Math.abs(test / sum - 0.2)).toBeLessThan(0.05);
    }
  });

  it('refuses fewer groups than parts, with numbers', () => {
    expect(() => split({ count: 4, by: 'grouped', groupOf: [1, 1, 2, 2] })).toThrow(
      '4 samples belong to 2 groups, and 3 parts need one each at least',
    );
  });

  it('does not depend on the numbers of groups', () => {
    const facts = grouped(12);
    const renamed = facts.groupOf.map((group) => (group * 37) % 101);
    expect(split({ ...facts, groupOf: renamed, by: 'grouped' })).toEqual(split({ ...facts, by: 'grouped' }));
  });
});

describe('time', () => {
  it('trains on the earliest, and tests the latest', () => {
    const timeOf = [9, 1, 8, 2, 7, 3, 6, 4, 5, 0];
    const parts = split({ count: 10, by: 'time', timeOf });
    expect(Array.from(timeOf, (time, sample) => [time, parts[sample]]).sort(([a], [b]) => a - b)).toEqual(
      [0, 0, 0, 0, 0, 0, 1, 1, 2, 2].map((part, time) => [time, part]),
    );
    expect([...split({ count: 5, by: 'time' })]).toEqual([0, 0, 0, 1, 2]);
  });
});

describe('head', () => {
  it('trains and validates on the first of every recording', () => {
    const groupOf = [1, 1, 1, 1, 1, 1, 2, 2, 2];
    const parts = split({ count: 9, by: 'head', head: 4, groupOf });
    expect([...parts]).toEqual([0, 0, 0, 1, 2, 2, 0, 0, 1]);
    expect([...split({ count: 6, by: 'head', head: 4 })]).toEqual([0, 0, 0, 1, 2, 2]);
  });

  it('needs to know how long heads are', () => {
    expect(() => split({ count: 9, by: 'head' })).toThrow('how long heads are');
  });
});

describe('own test data', () => {
  it('stays test data, and the rest is split as asked', () => {
    const classOf = sorted(20, 20);
    const isTest = classOf.map((_, sample) => (sample % 20 < 4 ? 1 : 0));
    const shares = { train: 0.75, validation: 0.25, test: 0 };
    const parts = split({ count: 40, by: 'stratified', classOf, isTest, shares });
    expect(parts.map((part) => (part === PART.test ? 1 : 0))).toEqual(isTest);
    expect(table(parts, classOf)).toEqual([
      [12, 4, 4],
      [12, 4, 4],
    ]);
  });
});

describe('folds', () => {
  it('test every sample once, with every class in each', () => {
    const classOf = sorted(26, 26, 26, 26, 21);
    const request = { count: 125, classOf, folds: 5, by: 'stratified', seed: 3, validation: 0.2 } as const;
    const tested = new Uint8Array(125);
    for (let fold = 0; fold < 5; fold++) {
      const parts = assignFold({ ...request, fold });
      expect(countParts(parts)).toEqual({ train: 80, validation: 20, test: 25 });
      expect(table(parts, classOf).flat()).not.toContain(0);
      parts.forEach((part, sample) => {
        if (part === PART.test) tested[sample]++;
      });
    }
    expect(tested).toEqual(new Uint8Array(125).fill(1));
  });

  it('keep groups whole', () => {
    const facts = grouped(20);
    const folds = assignFolds({ ...facts, folds: 5, by: 'grouped', seed: 3, validation: 0.2 });
    expect(new Set(folds).size).toBe(5);
    expect([...partsOfGroups(folds, facts.groupOf).values()].every(({ size }) => size === 1)).toBe(true);
    const parts = assignFold({ ...facts, folds: 5, fold: 2, by: 'grouped', seed: 3, validation: 0.2 });
    expect([...partsOfGroups(parts, facts.groupOf).values()].every(({ size }) => size === 1)).toBe(true);
  });

  it.each([1, 11, 300])('refuses %i of 10 samples', (folds) => {
    expect(() => assignFolds({ count: 10, folds, by: 'random', seed: 1, validation: 0.2 })).toThrow(
      `10 samples cannot be cut into ${folds} fold`,
    );
  });
});

describe('checkParts', () => {
  it('names the class that training never sees, and the part that is empty', () => {
    const parts = Uint8Array.of(0, 1, 2, 2);
    const names = ['ok', 'broken'];
    expect(() => checkParts(parts, { classOf: [0, 0, 1, 1] }, names)).toThrow(
      'no sample of class "broken": of its 2 samples 0 validate and 2 test',
    );
    expect(() => checkParts(parts, { classOf: [0, 0, 0, 0] })).not.toThrow();
    expect(() => checkParts(Uint8Array.of(0, 0, 2), {})).toThrow(
      'Of 3 samples none is left for the validation split (train 2, validation 0, test 1)',
    );
  });

  it('proposes a larger share only where there is a sample for every part', () => {
    expect(() => checkParts(Uint8Array.of(0, 0, 2), {})).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('larger share') }),
    );
    expect(() => checkParts(Uint8Array.of(0, 0), {})).toThrow(
      expect.objectContaining({ hint: 'Collect more samples: each of 3 splits takes one at least.' }),
    );
  });
});
