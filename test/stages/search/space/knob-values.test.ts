import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { knobValues } from '../../../../src/stages/search/space/knob-values.ts';
import { knobSchema } from '../../../../src/stages/search/space/space-schema.ts';

const random = createRandom(1, 'knobs');
const valuesOf = (knob: unknown) => knobValues(knobSchema.parse(knob));
const draws = (knob: unknown, count = 300): unknown[] => {
  const values = valuesOf(knob);
  return [...new Set(Array.from({ length: count }, () => JSON.stringify(values.draw(random))))].map((text) =>
    JSON.parse(text),
  );
};
const sorted = (numbers: unknown[]): number[] => (numbers as number[]).toSorted((a, b) => a - b);

describe('draws', () => {
  it.each([
    [
      [3, 5],
      [3, 5],
    ],
    [{ from: 2, to: 5 }, [2, 3, 4, 5]],
    [{ from: 4, to: 16, step: 4 }, [4, 8, 12, 16]],
    [{ from: 0.1, to: 0.4, step: 0.1 }, [0.1, 0.2, 0.3, 0.4]],
    [{ from: 0.5, to: 2, step: 0.5, scale: 'log' }, [0.5, 1, 1.5, 2]],
    [{ from: 7, to: 7 }, [7]],
  ])('of %j are %j', (knob, expected) => expect(sorted(draws(knob))).toEqual(expected));

  it('keep whole numbers whole and reach both ends on a logarithmic scale', () => {
    const drawn = sorted(draws({ from: 1, to: 64, scale: 'log' }));
    expect(drawn.every(Number.isInteger)).toBe(true);
    expect([drawn[0], drawn.at(-1)]).toEqual([1, 64]);
    // Half of them lie below 8, the middle of a logarithmic scale.
    expect(drawn.filter((value) => value < 8).length).toBeGreaterThan(4);
  });

  it('of lists have every length', () => {
    const lengths = new Set(draws({ length: [1, 3], each: [2, 4] }).map((list) => (list as number[]).length));
    expect([...lengths].sort()).toEqual([1, 2, 3]);
  });
});

describe('changes', () => {
  it('are small where values have an order, and never none where there is another', () => {
    const values = valuesOf({ from: 0, to: 20 });
    for (let value = 0; value <= 20; value++) {
      const near = Number(values.near(value, random));
      expect(near).not.toBe(value);
      expect(Math.abs(near - value)).toBeLessThanOrEqual(5);
    }
    expect(valuesOf([4]).near(4, random)).toBe(4);
    expect(valuesOf(['a', 'b']).near('a', random)).toBe('b');
    expect(valuesOf({ optional: true }).near(true, random)).toBe(false);
  });

  it('of lists change an element or the length by one, within their lengths', () => {
    const values = valuesOf({ length: [1, 3], each: { from: 1, to: 9 } });
    for (let i = 0; i < 200; i++) {
      const list = values.draw(random) as number[];
      const near = values.near(list, random) as number[];
      expect(near.length).toBeGreaterThanOrEqual(1);
      expect(near.length).toBeLessThanOrEqual(3);
      expect(Math.abs(near.length - list.length)).toBeLessThanOrEqual(1);
      if (near.length === list.length) expect(near.filter((one, j) => one !== list[j])).toHaveLength(1);
    }
  });

  it('begin somewhere for a value that is none of the space', () => {
    expect([3, 5]).toContain(valuesOf([3, 5]).near(4, random));
  });
});

describe('ends', () => {
  it('are the least and the most, or all where there is no order', () => {
    expect(valuesOf({ from: 2, to: 9 }).ends).toEqual([2, 9]);
    expect(valuesOf(['b', 'a', 'c']).ends).toEqual(['b', 'a', 'c']);
    expect(valuesOf({ length: [1, 2], each: [4, 8] }).ends).toEqual([[4], [8], [4, 4], [8, 8]]);
  });
});
