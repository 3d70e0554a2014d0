import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { planStatic } from '../../../src/planner/static/plan-static.ts';
import type { Relation, StaticBlock } from '../../../src/planner/static/static-block.ts';

function block(bytes: number, first: number, last: number): StaticBlock {
  return { bytes, first, last };
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function meet(a: StaticBlock, b: StaticBlock): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Whether every pair that lives at the same time lies apart, or as a relation allows. */
function isSound(
  blocks: readonly StaticBlock[],
  relations: readonly Relation[],
  offsets: readonly number[],
): boolean {
  return blocks.every((b, j) =>
    blocks.slice(0, j).every((a, i) => {
      if (!meet(a, b)) return true;
      const distance = offsets[j] - offsets[i];
      if (distance >= rounded(a.bytes) || distance <= -rounded(b.bytes)) return true;
      return relations.some(
        (relation) =>
          (relation.a === i && relation.b === j && within(distance, relation)) ||
          (relation.a === j && relation.b === i && within(-distance, relation)),
      );
    }),
  );
}

function within(distance: number, { distance: { least, most } }: Relation): boolean {
  return least <= distance && distance <= most;
}

/** The least that any places at multiples of four bytes take. */
function bruteForce(blocks: readonly StaticBlock[], relations: readonly Relation[]): number {
  const whole = blocks.reduce((sum, { bytes }) => sum + rounded(bytes), 0);
  let best = whole;
  const place = (offsets: readonly number[], top: number): void => {
    if (top >= best && best < whole) return;
    if (!isSound(blocks.slice(0, offsets.length), relations, offsets)) return;
    if (offsets.length === blocks.length) {
      best = Math.min(best, top);
      return;
    }
    const bytes = rounded(blocks[offsets.length].bytes);
    for (let at = 0; at + bytes <= best; at += 4) place([...offsets, at], Math.max(top, at + bytes));
  };
  place([], 0);
  return best;
}

function randomBlocks(random: Random, count: number, mostBytes: number): StaticBlock[] {
  return Array.from({ length: count }, () => {
    const first = random.below(count);
    return block(1 + random.below(mostBytes), first, first + random.below(3));
  });
}

/** In place, joined, over the beginning and over the end. */
function randomRelations(random: Random, blocks: readonly StaticBlock[]): Relation[] {
  const draw = (): Relation => {
    const [a, b] = [random.below(blocks.length), random.below(blocks.length)];
    const at = random.below(4) * 4;
    const distances = [
      { least: 0, most: 0 },
      { least: at, most: at },
      { least: -Infinity, most: -random.below(12) },
      { least: random.below(12), most: Infinity },
    ];
    return { a, b, distance: distances[random.below(4)] };
  };
  return Array.from({ length: random.below(blocks.length + 1) }, draw).filter(({ a, b }) => a !== b);
}

describe('planStatic', () => {
  it('places nothing in nothing', () => {
    expect(planStatic([])).toEqual({ offsets: [], bytes: 0, lowerBound: 0 });
  });

  it('finds what greedy orders miss: a chain of layers whose widest neighbours fill the buffer', () => {
    // ad01: 128 128 128 128 8 128 128 128 128
    const widths = [128, 128, 128, 128, 8, 128, 128, 128, 128];
    const plan = planStatic(widths.map((width, index) => block(width, index, index + 1)));
    expect(plan).toMatchObject({ bytes: 256, lowerBound: 256 });
  });

  it('begins every block at a word', () => {
    const { offsets, bytes } = planStatic([block(5, 0, 1), block(3, 0, 1), block(1, 1, 1)]);
    expect(offsets.every((offset) => offset % 4 === 0)).toBe(true);
    expect(bytes).toBe(16);
  });

  it('proves what the bound of single steps does not tell', () => {
    // Pairs of 1 word and one of 2 at every step, arranged so that 3 words never suffice.
    const blocks = [
      block(4, 0, 2),
      block(8, 0, 0),
      block(4, 1, 3),
      block(4, 2, 5),
      block(8, 4, 4),
      block(4, 1, 1),
      block(4, 3, 6),
      block(8, 6, 6),
      block(4, 5, 5),
    ];
    const plan = planStatic(blocks);
    expect(plan.bytes).toBe(bruteForce(blocks, []));
    expect(plan.lowerBound).toBe(plan.bytes);
  });

  it('lays a block over another as far as a relation allows', () => {
    const both = [block(100, 0, 1), block(100, 1, 2)];
    const plan = (least: number, most: number) =>
      planStatic(both, [{ a: 0, b: 1, distance: { least, most } }]).bytes;
    expect(plan(0, 0)).toBe(100);
    expect(plan(-Infinity, -20)).toBe(120);
    expect(plan(18, Infinity)).toBe(120);
    expect(plan(40, 40)).toBe(140);
    // No word of the machine.
    expect(plan(2, 2)).toBe(200);
  });

  it('joins parts where their whole lies', () => {
    const blocks = [block(40, 0, 2), block(20, 1, 2), block(60, 2, 3)];
    const relations = [
      { a: 2, b: 0, distance: { least: 0, most: 0 } },
      { a: 2, b: 1, distance: { least: 40, most: 40 } },
    ];
    expect(planStatic(blocks, relations)).toEqual({ offsets: [0, 40, 0], bytes: 60, lowerBound: 60 });
  });

  it('is the best of all for small problems', () => {
    const random = createRandom(1, 'brute force');
    for (let round = 0; round < 250; round++) {
      const blocks = randomBlocks(random, 2 + random.below(4), 16);
      const relations = round % 2 === 0 ? [] : randomRelations(random, blocks);
      const plan = planStatic(blocks, relations);
      const told = JSON.stringify({ blocks, relations });
      expect(isSound(blocks, relations, plan.offsets), told).toBe(true);
      expect(plan.bytes, told).toBe(bruteForce(blocks, relations));
      expect(plan.lowerBound, told).toBe(plan.bytes);
    }
  });

  it('overlaps nothing and is never below its bound', () => {
    const random = createRandom(2, 'static plans');
    for (let round = 0; round < 1000; round++) {
      const blocks = randomBlocks(random, 1 + random.below(16), 400);
      const relations = round % 2 === 0 ? [] : randomRelations(random, blocks);
      const { offsets, bytes, lowerBound } = planStatic(blocks, relations);
      expect(isSound(blocks, relations, offsets)).toBe(true);
      expect(bytes).toBeGreaterThanOrEqual(lowerBound);
      expect(Math.max(...offsets.map((offset, index) => offset + rounded(blocks[index].bytes)))).toBe(bytes);
    }
  });

  it('ends soon where many blocks live at once', () => {
    const random = createRandom(3, 'many blocks');
    const blocks = Array.from({ length: 400 }, () => {
      const first = random.below(400);
      return block(1 + random.below(4000), first, first + random.below(80));
    });
    const { offsets, bytes, lowerBound } = planStatic(blocks);
    expect(isSound(blocks, [], offsets)).toBe(true);
    expect(bytes).toBeLessThan(1.2 * lowerBound);
  });
});
