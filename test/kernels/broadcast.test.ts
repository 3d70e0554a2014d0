import { describe, expect, it } from 'vitest';
import { type BroadcastIndex, broadcast, broadcastIndex } from '../../src/kernels/broadcast.ts';

type Shape = readonly number[];
const indexOf = (a: Shape, b: Shape, output: Shape): BroadcastIndex =>
  broadcastIndex(broadcast(a, b, output));

describe('broadcastIndex', () => {
  it('is undefined where the operand has the shape of the output', () => {
    expect(indexOf([2, 3], [1, 2, 3], [1, 2, 3])).toEqual({ a: undefined, b: undefined });
  });

  it('repeats axes of 1 and missing axes', () => {
    const { a, b } = indexOf([2, 1, 2], [3, 1], [2, 3, 2]);
    expect(Array.from(a ?? [])).toEqual([0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]);
    expect(Array.from(b ?? [])).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
  });

  it('takes an axis of 1 in the output for no repetition', () => {
    expect(indexOf([1, 3], [3], [1, 3])).toEqual({ a: undefined, b: undefined });
  });

  it('spreads a scalar', () => {
    expect(indexOf([], [2, 2], [2, 2]).a).toEqual(Int32Array.of(0, 0, 0, 0));
  });
});
