import { describe, expect, it } from 'vitest';
import { dropIdentity } from '../../src/passes/drop-identity.ts';
import { expectUntouched, graphOf, passKinds } from './run-pass.ts';

const none = { activation: 'none' } as const;

describe('drop-identity', () => {
  it('drops a product with 1, a sum with 0 and a difference from 0', () => {
    const graph = graphOf((b) => {
      const hidden = b.add('relu', 'relu', {}, [b.in('x', 1, 2)]);
      const product = b.add('mul', 'mul', none, [b.const('one', [], [1]), hidden]);
      const sum = b.add('add', 'add', none, [product, b.const('zero', [2], [0, 0])]);
      return [b.add('sub', 'sub', none, [sum, b.const('none', [1, 2], [0, 0])])];
    });
    expect(passKinds(graph, dropIdentity)).toEqual(['relu']);
  });

  it.each([
    ['another factor', 'mul', [1, 1.5], [2]],
    ['another term', 'add', [0, -1], [2]],
    ['more than one result per value', 'mul', [1, 1], [2, 1]],
  ] as const)('keeps %s', (_, kind, data, shape) => {
    const graph = graphOf((b) => {
      const hidden = b.add('relu', 'relu', {}, [b.in('x', 1, 2)]);
      return [b.add(kind, 'node', none, [hidden, b.const('c', shape, data)])];
    });
    expectUntouched(graph, dropIdentity);
  });

  it('keeps what clamps, a minus, and the only node between an input and an output', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const zero = b.const('zero', [1], [0]);
      return [
        b.add('add', 'clamp', { activation: 'relu' }, [x, zero]),
        b.add('sub', 'minus', none, [zero, x]),
        b.add('add', 'copy', none, [x, zero]),
      ];
    });
    expectUntouched(graph, dropIdentity);
  });
});
