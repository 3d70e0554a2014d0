import { describe, expect, it } from 'vitest';
import type { FusedActivation } from '../../src/ops/fused-activation.ts';
import { clampBeforePool } from '../../src/passes/clamp-before-pool.ts';
import { expectUntouched, type FloatBuilder, graphOf, passText } from './run-pass.ts';

function pooled(b: FloatBuilder, image: number, activation: FusedActivation): number {
  const attributes = { padding: 'same', strides: [2, 2], filter: [2, 2], activation } as const;
  return b.add('max_pool_2d', 'pool', attributes, [image]);
}

describe('clamp-before-pool', () => {
  it.each([
    ['none', 'relu', 'relu'],
    ['relu', 'relu6', 'relu6'],
    ['relu_n1_to_1', 'relu_n1_to_1', 'relu_n1_to_1'],
  ] as const)(
    'lets a convolution that ends with %s end with the %s behind the pool',
    (inner, outer, both) => {
      const graph = graphOf((b) => [
        pooled(b, b.conv('conv', b.in('x', 1, 5, 5, 2), 3, 2, { activation: inner }), outer),
      ]);
      const text = passText(graph, clampBeforePool);
      expect(text).toMatch(new RegExp(`conv_2d\\(.*activation=${both}`));
      expect(text).not.toMatch(/max_pool_2d\(.*activation=/);
    },
  );

  it('leaves what others read, what no activation says, and what nothing can be fused into', () => {
    const image = (b: FloatBuilder) => b.conv('conv', b.in('x', 1, 4, 4, 2), 2, 2);
    expectUntouched(
      graphOf((b) => {
        const conv = image(b);
        return [pooled(b, conv, 'relu'), b.add('tanh', 'tanh', {}, [conv])];
      }),
      clampBeforePool,
    );
    expectUntouched(
      graphOf((b) => {
        const conv = b.conv('conv', b.in('x', 1, 4, 4, 2), 2, 2, { activation: 'relu_n1_to_1' });
        return [pooled(b, conv, 'relu')];
      }),
      clampBeforePool,
    );
    expectUntouched(
      graphOf((b) => [pooled(b, b.add('tanh', 'tanh', {}, [image(b)]), 'relu')]),
      clampBeforePool,
    );
  });
});
