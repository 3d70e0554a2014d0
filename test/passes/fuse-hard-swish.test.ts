import { expect, it } from 'vitest';
import type { ValueId } from '../../src/ir/graph.ts';
import { fuseHardSwish } from '../../src/passes/fuse-hard-swish.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds } from './run-pass.ts';

const PLAIN = { activation: 'none' } as const;

function number(b: FloatBuilder, value: number): ValueId {
  return b.constant('', { dtype: 'float32', shape: [1] }, Float32Array.of(value));
}

function mul(b: FloatBuilder, x: ValueId, y: ValueId): ValueId {
  return b.add('mul', '', PLAIN, [x, y]);
}

function clampInside(b: FloatBuilder, x: ValueId, shift: number): ValueId {
  return b.add('add', '', { activation: 'relu6' }, [x, number(b, shift)]);
}

function clampBehind(b: FloatBuilder, x: ValueId): ValueId {
  return b.add('relu6', '', {}, [b.add('add', '', PLAIN, [number(b, 3), x])]);
}

it.each<[string, (b: FloatBuilder, x: ValueId) => ValueId]>([
  ['x · (clamp · ⅙)', (b, x) => mul(b, x, mul(b, clampInside(b, x, 3), number(b, 1 / 6)))],
  ['(x · clamp) · ⅙, the clamp behind', (b, x) => mul(b, mul(b, x, clampBehind(b, x)), number(b, 0.1666667))],
  ['(⅙ · x) · clamp', (b, x) => mul(b, mul(b, number(b, 1 / 6), x), clampInside(b, x, 3))],
])('%s is one operator', (_, build) => {
  const graph = graphOf((b) => [build(b, b.in('x', 2, 3))]);
  expect(passKinds(graph, fuseHardSwish)).toEqual(['hard_swish']);
});

it.each<[string, (b: FloatBuilder, x: ValueId) => ValueId]>([
  ['another shift', (b, x) => mul(b, x, mul(b, clampInside(b, x, 2.5), number(b, 1 / 6)))],
  ['another factor', (b, x) => mul(b, x, mul(b, clampInside(b, x, 3), number(b, 0.2)))],
  ['another x', (b, x) => mul(b, b.in('y', 2, 3), mul(b, clampInside(b, x, 3), number(b, 1 / 6)))],
])('%s is none', (_, build) => {
  expectUntouched(
    graphOf((b) => [build(b, b.in('x', 2, 3))]),
    fuseHardSwish,
  );
});
