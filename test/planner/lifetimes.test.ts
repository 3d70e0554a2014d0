import { describe, expect, it } from 'vitest';
import { markLifetimes } from '../../src/planner/lifetimes.ts';
import { operator, outline, subgraph } from './outlines.ts';

function uses(marks: readonly { firstUse: number; lastUse: number }[]): (readonly [number, number])[] {
  return marks.map(({ firstUse, lastUse }) => [firstUse, lastUse]);
}

describe('markLifetimes', () => {
  it('counts operators from one, inputs from zero and keeps outputs to the end', () => {
    // x -> a -> b, and y from a: the output a lives on while b is made.
    const chain = subgraph(4, [operator([0], [1]), operator([1], [2]), operator([2], [3])], [0], [1, 3]);
    const { tensors, operators } = markLifetimes(outline(chain));
    expect(uses(tensors[0])).toEqual([
      [0, 1],
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(uses(operators[0])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('keeps an input that nobody reads at time zero, and leaves tensors that nobody touches unused', () => {
    const { tensors } = markLifetimes(outline(subgraph(4, [operator([0], [1])], [0, 2], [1])));
    expect(uses(tensors[0])).toEqual([
      [0, 1],
      [1, 1],
      [0, 0],
      [-1, -1],
    ]);
  });

  it('runs called subgraphs within the operator that calls them', () => {
    const branch = { ...operator([0], [1], 'IF'), calls: [1, 2] };
    const main = subgraph(3, [branch, operator([1], [2])], [0], [2]);
    const called = subgraph(2, [operator([0], [1])], [0], [1]);
    const { tensors, operators } = markLifetimes(outline(main, called, called));
    // IF is at 1; its first subgraph starts at 2 and computes at 3, the second at 4 and 5; then comes 6.
    expect(uses(tensors[0])).toEqual([
      [0, 5],
      [1, 6],
      [6, 6],
    ]);
    expect(uses(tensors[1])).toEqual([
      [2, 3],
      [3, 3],
    ]);
    expect(uses(tensors[2])).toEqual([
      [4, 5],
      [5, 5],
    ]);
    expect(uses(operators[0])).toEqual([
      [1, 5],
      [6, 6],
    ]);
  });

  it('refuses subgraphs that run themselves or each other without end', () => {
    const caller = (...calls: number[]) => subgraph(1, [{ ...operator([], [0]), calls }], [], [0]);
    expect(() => markLifetimes(outline(caller(1), caller(0)))).toThrow(/Subgraph 0 runs itself/);
    const doubling = Array.from({ length: 40 }, (_, index) => caller(index + 1, index + 1));
    expect(() => markLifetimes(outline(...doubling, caller()))).toThrow(/runs more than 65536 operators/);
  });
});
