import { describe, expect, it } from 'vitest';
import { batchAsRows } from '../../../src/passes/replace/batch-as-rows.ts';
import { expectUntouched, graphOf, passKinds } from '../run-pass.ts';

interface Window {
  readonly kind?: 'average_pool_2d' | 'max_pool_2d';
  readonly shape: readonly [number, number, number, number];
  readonly filter: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding?: 'same' | 'valid';
}

const pooled = ({ kind = 'max_pool_2d', shape, filter, strides, padding = 'valid' }: Window) =>
  graphOf((b) => [b.add(kind, 'y', { padding, filter, strides, activation: 'none' }, [b.in('x', ...shape)])]);

describe('batch-as-rows', () => {
  it.each<Window>([
    { shape: [4, 1, 14, 6], filter: [1, 2], strides: [1, 2] },
    { shape: [3, 1, 9, 2], filter: [1, 3], strides: [5, 2], padding: 'same' },
    { shape: [2, 6, 5, 3], filter: [2, 2], strides: [2, 2] },
    { shape: [2, 6, 5, 3], filter: [2, 3], strides: [3, 2], padding: 'same' },
    { kind: 'average_pool_2d', shape: [5, 4, 4, 2], filter: [4, 4], strides: [4, 4] },
  ])('pools images one under the other: %j', (window) => {
    expect(passKinds(pooled(window), batchAsRows)).toEqual([
      'reshape',
      window.kind ?? 'max_pool_2d',
      'reshape',
    ]);
  });

  it.each<Window>([
    { shape: [1, 6, 6, 2], filter: [2, 2], strides: [2, 2] },
    { shape: [2, 6, 6, 2], filter: [3, 3], strides: [2, 2] },
    { shape: [2, 5, 6, 2], filter: [2, 2], strides: [2, 2] },
  ])('leaves one image, and windows that reach into the next, alone: %j', (window) => {
    expectUntouched(pooled(window), batchAsRows);
  });
});
