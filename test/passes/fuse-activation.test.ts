import { describe, expect, it } from 'vitest';
import { fuseActivation } from '../../src/passes/fuse-activation.ts';
import { expectUntouched, graphOf, passKinds, passText } from './run-pass.ts';

describe('fuse-activation', () => {
  it('makes the layer clamp, under the name of the result', () => {
    const graph = graphOf((b) => [b.add('relu6', 'act', {}, [b.dense('dense', b.in('x', 1, 2), 2)])]);
    expect(passText(graph, fuseActivation).replace(/= constant .*/g, '= …')).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      dense/w: float32[2,2] = …
      dense/b: float32[2] = …
      act: float32[1,2] = fully_connected(x, dense/w, dense/b) activation=relu6
      return act
      "
    `);
  });

  it.each([
    ['relu', 'relu6', 'relu6'],
    ['relu6', 'relu', 'relu6'],
    ['relu', 'relu', 'relu'],
  ] as const)('%s and then %s is %s', (inner, outer, both) => {
    const graph = graphOf((b) => [b.add(outer, 'act', {}, [b.dense('dense', b.in('x', 1, 2), 3, inner)])]);
    expect(passText(graph, fuseActivation)).toContain(`activation=${both}\n`);
  });

  it('knows that no activation clamps to 0 … 1', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      return [b.add('relu', 'act', {}, [b.add('add', 'sum', { activation: 'relu_n1_to_1' }, [x, x])])];
    });
    expectUntouched(graph, fuseActivation);
  });

  it('fuses into add, sub and mul, one after the other', () => {
    const graph = graphOf((b) => {
      let x = b.in('x', 1, 2);
      for (const kind of ['add', 'sub', 'mul'] as const) {
        x = b.add('relu', `${kind}/relu`, {}, [
          b.add(kind, kind, { activation: 'none' }, [x, b.const('c', [2])]),
        ]);
      }
      return [x];
    });
    expect(passKinds(graph, fuseActivation)).toEqual(['add', 'sub', 'mul']);
  });

  it('leaves a layer that is needed raw', () => {
    const graph = graphOf((b) => {
      const dense = b.dense('dense', b.in('x', 1, 2), 2);
      return [b.add('add', 'sum', { activation: 'none' }, [dense, b.add('relu', 'act', {}, [dense])])];
    });
    expectUntouched(graph, fuseActivation);
  });

  it('fuses into convolutions and pools, but not into what does not clamp', () => {
    const graph = graphOf((b) => {
      const pool = { padding: 'same', strides: [1, 1], filter: [2, 2], activation: 'none' } as const;
      let x = b.add('relu', 'relu', {}, [b.conv('conv', b.in('x', 1, 4, 4, 2), 2, 2)]);
      x = b.add('relu6', 'relu6', {}, [b.depthwise('depthwise', x, 1, 2)]);
      x = b.add('relu', 'relu', {}, [b.add('average_pool_2d', 'average', pool, [x])]);
      x = b.add('relu', 'relu', {}, [b.add('max_pool_2d', 'max', pool, [x])]);
      return [
        b.add('relu', 'relu', {}, [
          b.add('concatenation', 'concat', { axis: 3, activation: 'none' }, [x, x]),
        ]),
      ];
    });
    expect(passKinds(graph, fuseActivation)).toEqual([
      'conv_2d',
      'depthwise_conv_2d',
      'average_pool_2d',
      'max_pool_2d',
      'concatenation',
      'relu',
    ]);
  });
});
