import { describe, expect, it } from 'vitest';
import { foldConstants } from '../../src/passes/fold-constants.ts';
import { expectUntouched, graphOf, passText } from './run-pass.ts';

const none = { activation: 'none' } as const;

describe('fold-constants', () => {
  it('computes what depends on constants alone, however deep', () => {
    const graph = graphOf((b) => {
      const sum = b.add('add', 'sum', none, [b.const('a', [2], [1, -2]), b.const('b', [1], [0.5])]);
      const active = b.add('relu', 'relu', {}, [sum]);
      return [b.add('mul', 'mul', none, [b.in('x', 1, 2), active])];
    });
    expect(passText(graph, foldConstants)).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      relu: float32[2] = constant 1.5 0
      mul: float32[1,2] = mul(x, relu)
      return mul
      "
    `);
  });

  it('leaves the node that writes a graph output', () => {
    const graph = graphOf((b) => [b.add('relu', 'relu', {}, [b.const('a', [2], [1, -2])]), b.in('x', 1)]);
    expectUntouched(graph, foldConstants);
  });
});
