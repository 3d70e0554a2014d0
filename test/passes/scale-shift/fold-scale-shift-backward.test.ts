import { describe, expect, it } from 'vitest';
import { printGraph } from '../../../src/ir/print-graph.ts';
import { foldScaleShiftBackward } from '../../../src/passes/scale-shift/fold-scale-shift-backward.ts';
import { expectUntouched, graphOf, passKinds, passText } from '../run-pass.ts';

const none = { activation: 'none' } as const;

describe('fold-scale-shift-backward', () => {
  it('takes a batch normalization into the layer before it', () => {
    const graph = graphOf((b) => {
      const weights = b.const('w', [2, 2], [1, 2, 3, 4]);
      const attributes = { activation: 'none', keepNumDims: false } as const;
      const dense = b.add('fully_connected', 'dense', attributes, [
        b.in('x', 1, 2),
        weights,
        b.const('b', [2], [5, 6]),
      ]);
      const scaled = b.add('mul', 'bn/mul', none, [dense, b.const('gamma', [1, 2], [10, 100])]);
      return [b.add('add', 'bn/add', { activation: 'relu' }, [b.const('beta', [2], [0.5, -0.5]), scaled])];
    });
    expect(`\n${printGraph(graph)}`).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      w: float32[2,2] = constant 1 2 3 4
      b: float32[2] = constant 5 6
      dense: float32[1,2] = fully_connected(x, w, b)
      gamma: float32[1,2] = constant 10 100
      bn/mul: float32[1,2] = mul(dense, gamma)
      beta: float32[2] = constant 0.5 -0.5
      bn/add: float32[1,2] = add(beta, bn/mul) activation=relu
      return bn/add
      "
    `);
    expect(passText(graph, foldScaleShiftBackward)).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      w: float32[2,2] = constant 10 20 300 400
      b: float32[2] = constant 50.5 599.5
      bn/add: float32[1,2] = fully_connected(x, w, b) activation=relu
      return bn/add
      "
    `);
  });

  it('makes a bias where there was none, and understands every form of subtraction', () => {
    const graph = graphOf((b) => {
      const dense = b.dense('dense', b.in('x', 1, 3), 2, 'none', false);
      const minus = b.add('sub', 'minus', none, [dense, b.const('c', [], [3])]);
      return [b.add('sub', 'from', none, [b.const('d', [2], [1, 2]), minus])];
    });
    expect(passText(graph, foldScaleShiftBackward)).toMatchInlineSnapshot(`
      "
      x: float32[1,3] = input
      dense/w: float32[2,3] = constant -1.85841 1.20197 0.470496 0.267866 0.79474 -0.387112
      dense/bias: float32[2] = constant 4 5
      from: float32[1,2] = fully_connected(x, dense/w, dense/bias)
      return from
      "
    `);
  });

  it('leaves what layers share one: weights that a shift does not change, and the shift that becomes their bias', () => {
    const graph = graphOf((b) => {
      const [weights, shift] = [b.const('w', [2, 3], [1, 2, 3, 4, 5, 6]), b.const('c', [2], [7, 8])];
      const attributes = { activation: 'none', keepNumDims: false } as const;
      const both = ['left', 'right'].map((name) => {
        const dense = b.add('fully_connected', name, attributes, [b.in(`x/${name}`, 1, 3), weights]);
        return b.add('add', `${name}/shifted`, none, [dense, shift]);
      });
      return [b.add('mul', 'mul', none, both)];
    });
    expect(passText(graph, foldScaleShiftBackward)).toMatchInlineSnapshot(`
      "
      x/left: float32[1,3] = input
      x/right: float32[1,3] = input
      w: float32[2,3] = constant 1 2 3 4 5 6
      c: float32[2] = constant 7 8
      left/shifted: float32[1,2] = fully_connected(x/left, w, c)
      right/shifted: float32[1,2] = fully_connected(x/right, w, c)
      mul: float32[1,2] = mul(left/shifted, right/shifted)
      return mul
      "
    `);
  });

  it.each([
    ['an activation stands between', 'relu', [2]],
    ['the constant is not per channel', 'none', [2, 2]],
  ] as const)('stays where %s', (_, activation, shape) => {
    const graph = graphOf((b) => {
      const dense = b.dense('dense', b.in('x', 2, 3), 2, activation);
      return [b.add('mul', 'mul', none, [dense, b.const('c', shape)])];
    });
    expectUntouched(graph, foldScaleShiftBackward);
  });

  it('stays where the layer itself is read too', () => {
    const graph = graphOf((b) => {
      const dense = b.dense('dense', b.in('x', 1, 3), 2);
      const scaled = b.add('mul', 'mul', none, [dense, b.const('c', [2])]);
      return [b.add('add', 'sum', none, [dense, scaled])];
    });
    expectUntouched(graph, foldScaleShiftBackward);
    const output = graphOf((b) => {
      const dense = b.dense('dense', b.in('x', 1, 3), 2);
      return [dense, b.add('mul', 'mul', none, [dense, b.const('c', [2])])];
    });
    expectUntouched(output, foldScaleShiftBackward);
  });

  it('stays where the shift makes more values of one, and where float32 overflows', () => {
    const broadcast = graphOf((b) => {
      const dense = b.dense('dense', b.in('x', 1, 3), 1);
      return [b.add('mul', 'mul', none, [dense, b.const('c', [1, 4])])];
    });
    expectUntouched(broadcast, foldScaleShiftBackward);
    const overflow = graphOf((b) => {
      const attributes = { activation: 'none', keepNumDims: false } as const;
      const x = b.in('x', 1, 1);
      const dense = b.add('fully_connected', 'dense', attributes, [x, b.const('w', [1, 1], [1e20])]);
      const small = b.add('mul', 'small', none, [x, b.const('s', [1], [1e-30])]);
      return [b.add('mul', 'mul', none, [dense, b.const('c', [1], [1e30])]), small];
    });
    expect(printGraph(foldScaleShiftBackward.run(overflow))).toBe(printGraph(overflow));
  });

  it.each(['same', 'valid'] as const)(
    'reaches convolutions, plain, grouped and depthwise (%s)',
    (padding) => {
      const graph = graphOf((b) => {
        let x = b.in('x', 1, 7, 6, 4);
        const options = { padding };
        for (const layer of [
          () => b.conv('conv', x, 4, 3, options),
          () => b.conv('grouped', x, 6, 2, { padding, groups: 2 }),
          () => b.depthwise('depthwise', x, 2, 2, options),
        ]) {
          x = layer();
          const channels = b.typeOf(x).shape[3];
          x = b.add('mul', 'bn/mul', none, [x, b.const('gamma', [channels])]);
          x = b.add('add', 'bn/add', none, [x, b.const('beta', [1, 1, 1, channels])]);
          x = b.add('relu', 'relu', {}, [x]);
        }
        return [x];
      });
      expect(passKinds(graph, foldScaleShiftBackward)).toEqual([
        'conv_2d',
        'relu',
        'conv_2d',
        'relu',
        'depthwise_conv_2d',
        'relu',
      ]);
    },
  );
});
