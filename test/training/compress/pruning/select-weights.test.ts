import { describe, expect, it } from 'vitest';
import {
  smallestOfAll,
  smallestOfEach,
  smallestOfRuns,
} from '../../../../src/training/compress/pruning/select-weights.ts';

const layer = (weights: readonly number[], depth = weights.length) => ({
  weights: Float32Array.from(weights),
  depth,
});
const lists = (selected: readonly Uint32Array[]) =>
  selected.map((indices) => [...indices].sort((a, b) => a - b));

describe('the smallest weights', () => {
  const layers = [layer([1, -2, 3, -4]), layer([10, -0.5, 30, 40])];

  it('of each layer', () => {
    expect(lists(smallestOfEach(layers, 0.5))).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('of all layers', () => {
    expect(lists(smallestOfAll(layers, 0.5))).toEqual([[0, 1, 2], [1]]);
  });

  it('are never all of a layer', () => {
    expect(lists(smallestOfEach([layer([1, 2])], 0.99))).toEqual([[0]]);
    expect(lists(smallestOfAll(layers, 0.625))).toEqual([
      [0, 1, 2],
      [0, 1],
    ]);
  });

  it('are the first of equal ones', () => {
    expect(lists(smallestOfEach([layer([1, -1, 1, 1])], 0.5))).toEqual([[0, 1]]);
  });
});

describe('an N:M pattern', () => {
  const pattern = { kept: 2, run: 4 };

  it('keeps the largest of each run along the inputs of an output', () => {
    const rows = layer([1, -4, 3, 2, 9, 8, 7, 6, 5, 6, 7, 8, 1, 1, 2, 2], 8);
    expect(lists(smallestOfRuns([rows], pattern, 1))).toEqual([[0, 3, 6, 7, 8, 9, 12, 13]]);
  });

  it('does not let a run cross from one output to the next', () => {
    const rows = layer([1, 2, 3, 4, 0.5, 0.6, 9, 8, 7, 6, 0.1, 5], 6);
    expect(lists(smallestOfRuns([rows], pattern, 1))).toEqual([[0, 1, 8, 9]]);
  });

  it('comes about from its smallest weights on', () => {
    const rows = layer([1, -4, 3, 2, 9, 8, 7, 6]);
    expect(lists(smallestOfRuns([rows], pattern, 0.5))).toEqual([[0, 3]]);
  });
});
