import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/core/tensor.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { matmulAsDense } from '../../../src/passes/replace/matmul-as-dense.ts';
import { expectUntouched, graphOf, passKinds } from '../run-pass.ts';

function product(a: Shape, b: Shape, adjX: boolean, adjY: boolean): Graph {
  return graphOf((builder) => [
    builder.add('batch_matmul', 'y', { adjX, adjY }, [builder.in('x', ...a), builder.const('m', b)]),
  ]);
}

describe('matmul-as-dense', () => {
  it.each<[Shape, Shape, boolean]>([
    [[2, 3], [3, 4], false],
    [[2, 3], [4, 3], true],
    [[1, 5, 3], [3, 4], false],
    [[1, 2, 5, 3], [1, 1, 3, 4], false],
    [[2, 5, 3], [1, 4, 3], true],
  ])('%j by %j, transposed: %s', (a, b, adjY) => {
    expect(passKinds(product(a, b, false, adjY), matmulAsDense)).toEqual(['fully_connected']);
  });

  it('leaves other products alone: several matrices, a transposed input, one more axis, two computed factors', () => {
    expectUntouched(product([2, 5, 3], [2, 3, 4], false, false), matmulAsDense);
    expectUntouched(product([3, 5], [3, 4], true, false), matmulAsDense);
    expectUntouched(product([5, 3], [1, 3, 4], false, false), matmulAsDense);
    expectUntouched(
      graphOf((b) => [
        b.add('batch_matmul', 'y', { adjX: false, adjY: true }, [b.in('x', 2, 3), b.in('z', 4, 3)]),
      ]),
      matmulAsDense,
    );
  });
});
