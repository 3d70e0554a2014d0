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

  it('drops what moves nothing', () => {
    const graph = graphOf((b) => {
      let x = b.add('relu', 'relu', {}, [b.in('x', 1, 2, 2, 3)]);
      const pool = { padding: 'same', strides: [1, 1], filter: [1, 1], activation: 'none' } as const;
      x = b.add('average_pool_2d', 'average', pool, [x]);
      x = b.add('max_pool_2d', 'max', pool, [x]);
      const paddings = [0, 0, 0, 0].map(() => [0, 0] as const);
      x = b.add('pad', 'pad', { paddings }, [x]);
      x = b.add('transpose', 'transpose', { permutation: [0, 1, 2, 3] }, [x]);
      x = b.add('mirror_pad', 'mirror', { paddings, mode: 'reflect' }, [x]);
      x = b.add('padv2', 'padv2', { paddings }, [x, b.const('v', [], [1])]);
      x = b.add('slice', 'slice', { begin: [0, 0, 0, 0], size: [-1, 2, 2, 3] }, [x]);
      x = b.add('split', 'split', { axis: 3, count: 1 }, [x]);
      return [b.add('concatenation', 'concat', { axis: 3, activation: 'none' }, [x])];
    });
    expect(passKinds(graph, dropIdentity)).toEqual(['relu']);
  });

  it('keeps what moves something', () => {
    const graph = graphOf((b) => {
      const x = b.add('relu', 'relu', {}, [b.in('x', 1, 2, 2, 3)]);
      const pool = { padding: 'valid', strides: [1, 1], filter: [1, 1], activation: 'none' } as const;
      return [
        b.add('average_pool_2d', 'average', { ...pool, filter: [1, 2] }, [x]),
        b.add('max_pool_2d', 'strided', { ...pool, strides: [2, 1] }, [x]),
        b.add('max_pool_2d', 'clamped', { ...pool, activation: 'relu6' }, [x]),
        b.add(
          'pad',
          'pad',
          {
            paddings: [
              [0, 0],
              [0, 1],
              [0, 0],
              [0, 0],
            ],
          },
          [x],
        ),
        b.add('transpose', 'transpose', { permutation: [0, 2, 1, 3] }, [x]),
        b.add('concatenation', 'concat', { axis: 3, activation: 'none' }, [x, x]),
      ];
    });
    expectUntouched(graph, dropIdentity);
  });
});
