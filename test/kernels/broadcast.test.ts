import { describe, expect, it } from 'vitest';
import { broadcastIndex } from '../../src/kernels/broadcast.ts';

describe('broadcastIndex', () => {
  it('is undefined where the operand has the shape of the output', () => {
    expect(broadcastIndex([2, 3], [1, 2, 3], [1, 2, 3])).toEqual({ a: undefined, b: undefined });
  });

  it('repeats axes of 1 and missing axes', () => {
    const { a, b } = broadcastIndex([2, 1, 2], [3, 1], [2, 3, 2]);
    expect(Array.from(a ?? [])).toEqual([0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]);
    expect(Array.from(b ?? [])).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  });

  it('spreads a scalar', () => {
    expect(broadcastIndex([], [2, 2], [2, 2]).a).toEqual(Int32Array.of(0, 0, 0, 0));
  });
});
