import { describe, expect, it } from 'vitest';
import { foldScaleShiftForward } from '../../src/passes/fold-scale-shift-forward.ts';
import { expectUntouched, graphOf, passKinds, passText } from './run-pass.ts';

const none = { activation: 'none' } as const;

describe('fold-scale-shift-forward', () => {
  it('takes a batch normalization behind an activation into the layer after it', () => {
    const graph = graphOf((b) => {
      const hidden = b.add('relu', 'hidden', {}, [b.in('x', 1, 2)]);
      const scaled = b.add('mul', 'bn/mul', none, [hidden, b.const('gamma', [2], [10, 100])]);
      const shifted = b.add('add', 'bn/add', none, [scaled, b.const('beta', [1, 2], [0.5, -0.5])]);
      const attributes = { activation: 'relu', keepNumDims: false } as const;
      const operands = [shifted, b.const('w', [2, 2], [1, 2, 3, 4])];
      return [b.add('fully_connected', 'dense', attributes, operands)];
    });
    expect(passText(graph, foldScaleShiftForward)).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      hidden: float32[1,2] = relu(x)
      w: float32[2,2] = constant 10 200 30 400
      dense/bias: float32[2] = constant -0.5 -0.5
      dense: float32[1,2] = fully_connected(hidden, w, dense/bias) activation=relu
      return dense
      "
    `);
  });

  it('adds no bias for a scale alone', () => {
    const graph = graphOf((b) => {
      const scaled = b.add('mul', 'rescale', none, [b.in('x', 1, 2), b.const('c', [], [0.5])]);
      return [b.dense('dense', scaled, 1, 'none', false)];
    });
    expect(passText(graph, foldScaleShiftForward)).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      dense/w: float32[1,2] = constant 0.929207 -0.600985
      dense: float32[1,1] = fully_connected(x, dense/w)
      return dense
      "
    `);
  });

  it('crosses a flattening: channels repeat for every pixel', () => {
    const graph = graphOf((b) => {
      const shifted = b.add('add', 'add', none, [b.in('x', 1, 3, 2), b.const('c', [2])]);
      const scaled = b.add('mul', 'mul', none, [shifted, b.const('d', [1, 1, 2])]);
      return [b.dense('dense', b.add('reshape', 'flatten', { newShape: [1, 6] }, [scaled]), 2)];
    });
    expect(passKinds(graph, foldScaleShiftForward)).toEqual(['reshape', 'fully_connected']);
  });

  it('leaves the value for others who read it', () => {
    const graph = graphOf((b) => {
      const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 2), b.const('c', [2])]);
      return [b.dense('dense', scaled, 2), b.add('relu', 'relu', {}, [scaled])];
    });
    expect(passKinds(graph, foldScaleShiftForward)).toEqual(['mul', 'fully_connected', 'relu']);
  });

  it('stays behind a value that is read elsewhere, an activation, or a split of channels', () => {
    const shared = graphOf((b) => {
      const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 2, 2), b.const('c', [2])]);
      const flat = b.add('reshape', 'flatten', { newShape: [1, 4] }, [scaled]);
      return [b.dense('dense', flat, 2), flat];
    });
    expectUntouched(shared, foldScaleShiftForward);
    const activated = graphOf((b) => {
      const scaled = b.add('mul', 'mul', { activation: 'relu' }, [b.in('x', 1, 2), b.const('c', [2])]);
      return [b.dense('dense', scaled, 2)];
    });
    expectUntouched(activated, foldScaleShiftForward);
    const split = graphOf((b) => {
      const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 4), b.const('c', [4])]);
      return [b.dense('dense', b.add('reshape', 'rows', { newShape: [2, 2] }, [scaled]), 2)];
    });
    expectUntouched(split, foldScaleShiftForward);
  });
});
