import { describe, expect, it } from 'vitest';
import { foldScaleShiftForward } from '../../../src/passes/scale-shift/fold-scale-shift-forward.ts';
import { expectUntouched, type FloatBuilder, graphOf, passKinds, passText } from '../run-pass.ts';

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

  it.each<[string, (b: FloatBuilder, x: number) => number]>([
    ['SUB', (b, x) => b.add('sub', 'y', none, [x, b.const('c', [1, 1, 1, 4])])],
    ['SUB from a constant', (b, x) => b.add('sub', 'y', none, [b.const('c', [4]), x])],
    ['DIV', (b, x) => b.add('div', 'y', none, [x, b.const('c', [1, 1, 4], [0.5, 2, -3, 7])])],
    [
      'SUB and DIV',
      (b, x) => {
        const less = b.add('sub', 'less', none, [x, b.const('mean', [1, 1, 1, 4])]);
        return b.add('div', 'y', none, [less, b.const('deviation', [4], [0.5, 2, 3, 7])]);
      },
    ],
    [
      'a number, then one for each channel',
      (b, x) => {
        const scaled = b.add('mul', 'scaled', none, [x, b.const('c', [], [1 / 255])]);
        const less = b.add('sub', 'less', none, [scaled, b.const('mean', [1, 1, 4])]);
        const more = b.add('add', 'more', none, [b.const('number', [1], [2]), less]);
        return b.add('mul', 'y', none, [b.const('deviation', [1, 1, 1, 4]), more]);
      },
    ],
  ])('folds %s whole where nothing is padded', (_, normalize) => {
    const behind = (layer: (b: FloatBuilder, y: number) => number) =>
      passKinds(
        graphOf((b) => [layer(b, normalize(b, b.in('x', 1, 5, 4, 4)))]),
        foldScaleShiftForward,
      );
    expect(behind((b, y) => b.conv('conv', y, 3, 3, { padding: 'valid' }))).toEqual(['conv_2d']);
    expect(behind((b, y) => b.depthwise('conv', y, 2, 3, { padding: 'valid' }))).toEqual([
      'depthwise_conv_2d',
    ]);
    const flat = { newShape: [1, 80] };
    expect(behind((b, y) => b.dense('dense', b.add('reshape', 'flat', flat, [y]), 2))).toEqual([
      'reshape',
      'fully_connected',
    ]);
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

  const layers: Record<
    string,
    (b: FloatBuilder, x: number, padding: 'same' | 'valid', size: number) => number
  > = {
    conv_2d: (b, x, padding, size) => b.conv('conv', x, 3, size, { padding }),
    'grouped conv_2d': (b, x, padding, size) => b.conv('conv', x, 6, size, { padding, groups: 2 }),
    depthwise_conv_2d: (b, x, padding, size) => b.depthwise('depthwise', x, 2, size, { padding }),
  };

  describe.each(Object.keys(layers))('before %s', (layer) => {
    const normalized = (padding: 'same' | 'valid', size: number, shift: boolean) =>
      graphOf((b) => {
        const x = b.in('x', 1, 5, 4, 4);
        const scaled = b.add('mul', 'mul', none, [x, b.const('c', [4])]);
        const shifted = shift ? b.add('add', 'add', none, [scaled, b.const('d', [1, 1, 1, 4])]) : scaled;
        return [layers[layer](b, shifted, padding, size)];
      });

    it.each([
      ['valid', 3],
      ['same', 1],
    ] as const)('folds scale and shift (%s, size %i)', (padding, size) => {
      expect(passKinds(normalized(padding, size, true), foldScaleShiftForward)).toEqual([
        layer.split(' ').at(-1),
      ]);
    });

    it('folds a scale, but no shift, where zeros are padded', () => {
      expect(passKinds(normalized('same', 3, false), foldScaleShiftForward)).toEqual([
        layer.split(' ').at(-1),
      ]);
      expectUntouched(normalized('same', 3, true), foldScaleShiftForward);
    });
  });

  it.each([
    ['average_pool_2d', { padding: 'same', strides: [2, 2], filter: [3, 3], activation: 'none' }],
    ['mean', { axes: [1, 2], keepDims: false }],
  ] as const)('crosses %s', (kind, attributes) => {
    const graph = graphOf((b) => {
      const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 5, 4, 3), b.const('c', [3])]);
      const shifted = b.add('add', 'add', none, [scaled, b.const('d', [3])]);
      const pooled = b.add(kind, 'pool', attributes as never, [shifted]);
      const size = b.typeOf(pooled).shape.reduce((product, side) => product * side, 1);
      return [b.dense('dense', b.add('reshape', 'flat', { newShape: [1, size] }, [pooled]), 2)];
    });
    expect(passKinds(graph, foldScaleShiftForward)).toEqual([kind, 'reshape', 'fully_connected']);
  });

  it.each([
    ['positive', 1, 'zero', 0, true],
    ['positive', 1, 'some', 1, true],
    ['negative', -1, 'zero', 0, false],
  ] as const)('crosses a maximum with a %s scale and %s shift', (_, scale, __, shift, crosses) => {
    const graph = graphOf((b) => {
      const scaled = b.add('mul', 'mul', none, [b.in('x', 1, 4, 4, 2), b.const('c', [2], [scale, 3])]);
      const shifted = b.add('add', 'add', none, [scaled, b.const('d', [2], [shift, shift])]);
      const attributes = { padding: 'same', strides: [2, 2], filter: [2, 2], activation: 'none' } as const;
      return [b.conv('conv', b.add('max_pool_2d', 'pool', attributes, [shifted]), 2, 1)];
    });
    expect(passKinds(graph, foldScaleShiftForward)).toHaveLength(crosses ? 2 : 3);
  });

  it.each([
    ['relu', {}, 1, 0, true],
    ['relu', {}, 1, 2, false],
    ['relu', {}, -1, 0, false],
    [
      'pad',
      {
        paddings: [
          [0, 0],
          [1, 1],
          [0, 0],
          [0, 0],
        ],
      },
      -1,
      0,
      true,
    ],
    [
      'pad',
      {
        paddings: [
          [0, 0],
          [1, 1],
          [0, 0],
          [0, 0],
        ],
      },
      1,
      2,
      false,
    ],
    ['max_pool_2d', { padding: 'valid', strides: [1, 1], filter: [2, 2], activation: 'relu' }, 1, 0, false],
  ] as const)('crosses %s only where that is exact (%#)', (kind, attributes, scale, shift, crosses) => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 4, 4, 2);
      const one =
        shift === 0
          ? b.add('mul', 'mul', none, [x, b.const('c', [2], [scale, 3])])
          : b.add('add', 'add', none, [x, b.const('d', [2], [shift, shift])]);
      return [b.conv('conv', b.add(kind, 'between', attributes as never, [one]), 2, 1)];
    });
    expect(passKinds(graph, foldScaleShiftForward)).toHaveLength(crosses ? 2 : 3);
  });
});
