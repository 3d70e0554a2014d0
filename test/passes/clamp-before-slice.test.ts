import { describe, expect, it } from 'vitest';
import { clampBeforeSlice } from '../../src/passes/clamp-before-slice.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds } from './run-pass.ts';

function cropped(b: FloatBuilder, image: number): number {
  return b.add('slice', 'slice', { begin: [0, 1, 1, 0], size: [1, 4, 4, 2] }, [image]);
}

describe('clamp-before-slice', () => {
  it.each(['relu', 'relu6'] as const)('clamps what a convolution makes before it is cropped: %s', (kind) => {
    const graph = graphOf((b) => [
      b.add(kind, 'clamp', {}, [cropped(b, b.conv('conv', b.in('x', 1, 5, 5, 2), 2, 2))]),
    ]);
    expect(passKinds(graph, clampBeforeSlice)).toEqual(['conv_2d', kind, 'slice']);
  });

  it('leaves what others read, and what has no scale of its own', () => {
    expectUntouched(
      graphOf((b) => {
        const slice = cropped(b, b.conv('conv', b.in('x', 1, 5, 5, 2), 2, 2));
        return [b.add('relu', 'clamp', {}, [slice]), b.add('tanh', 'tanh', {}, [slice])];
      }),
      clampBeforeSlice,
    );
    expectUntouched(
      graphOf((b) => [b.add('relu', 'clamp', {}, [cropped(b, b.in('x', 1, 5, 5, 2))])]),
      clampBeforeSlice,
    );
  });
});
