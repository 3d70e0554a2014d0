import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../../src/ir/graph.ts';
import { foldScaleShiftForward } from '../../../src/passes/scale-shift/fold-scale-shift-forward.ts';
import { padBeforeShift } from '../../../src/passes/scale-shift/pad-before-shift.ts';
import type { ConvolutionOptions, FloatBuilder } from '../run-pass.ts';
import { expectUntouched, graphOf, passKinds, passText } from '../run-pass.ts';

const none = { activation: 'none' } as const;

/** (x · scale + shift) in front of a convolution of 3×3. */
function rescaled(b: FloatBuilder, scale: readonly number[], shift: readonly number[]) {
  const x = b.in('x', 1, 5, 6, 2);
  const scaled = b.add('mul', 'mul', none, [x, b.const('scale', [scale.length], scale)]);
  return b.add('add', 'add', none, [scaled, b.const('shift', [shift.length], shift)]);
}

const convolved = (options: ConvolutionOptions, scale = [0.25], shift = [-1]) =>
  graphOf((b) => [b.conv('conv', rescaled(b, scale, shift), 3, 3, options)]);

describe('pad-before-shift', () => {
  it.each<ConvolutionOptions>([{}, { stride: 2 }, { dilation: 2 }, { stride: 3, activation: 'relu' }])(
    'lets input scaling go into a convolution that pads: %j',
    (options) => {
      expect(passKinds(convolved(options), padBeforeShift, foldScaleShiftForward)).toEqual([
        'padv2',
        'conv_2d',
      ]);
    },
  );

  it('does so in front of a depthwise convolution', () => {
    const graph = graphOf((b) => [b.depthwise('conv', rescaled(b, [2], [-3]), 2, 3)]);
    expect(passKinds(graph, padBeforeShift, foldScaleShiftForward)).toEqual(['padv2', 'depthwise_conv_2d']);
  });

  it('pads with the number that becomes zero', () => {
    expect(passText(convolved({}), padBeforeShift)).toContain('conv/padding: float32[1] = constant 4\n');
  });

  it('takes numbers that differ by the rounding of scales and shifts for one', () => {
    const deviations = [0.3, 0.7];
    const shifts = deviations.map((deviation) => -127.1 / deviation);
    const scales = deviations.map((deviation) => 1 / deviation);
    expect(passKinds(convolved({}, scales, shifts), padBeforeShift, foldScaleShiftForward)).toEqual([
      'padv2',
      'conv_2d',
    ]);
  });

  const [around, within] = [
    [1, 2],
    [0, 0],
  ] as const;

  it.each<[string, readonly string[], (b: FloatBuilder) => ValueId]>([
    [
      'a PAD',
      ['padv2', 'conv_2d'],
      (b) => {
        const paddings = [within, around, around, within];
        const padded = b.add('pad', 'pad', { paddings }, [rescaled(b, [0.25], [-1])]);
        return b.conv('conv', padded, 3, 3, { padding: 'valid', stride: 2 });
      },
    ],
    [
      'a PAD and more padding',
      ['padv2', 'conv_2d'],
      (b) => {
        const paddings = [within, around, within, within];
        return b.conv('conv', b.add('pad', 'pad', { paddings }, [rescaled(b, [0.25], [-1])]), 3, 3);
      },
    ],
    [
      'a padded series',
      ['reshape', 'padv2', 'conv_2d'],
      (b) => {
        const shifted = b.add('add', 'add', none, [b.in('x', 1, 9, 2), b.const('shift', [1], [3])]);
        const padded = b.add('pad', 'pad', { paddings: [within, [2, 0], within] }, [shifted]);
        const image = b.add('reshape', 'image', { newShape: [1, 1, 11, 2] }, [padded]);
        return b.conv('conv', image, 3, 1, { padding: 'valid', stride: 2 });
      },
    ],
    [
      'a change of shape',
      ['reshape', 'padv2', 'conv_2d'],
      (b) => {
        const shifted = b.add('sub', 'sub', none, [b.in('x', 1, 6, 5, 2), b.const('shift', [2], [3, 3])]);
        return b.conv('conv', b.add('reshape', 'image', { newShape: [1, 5, 6, 2] }, [shifted]), 3, 3);
      },
    ],
  ])('crosses %s', (_, kinds, build) => {
    expect(
      passKinds(
        graphOf((b) => [build(b)]),
        padBeforeShift,
        foldScaleShiftForward,
      ),
    ).toEqual(kinds);
  });

  it.each([
    [
      'a PAD of channels',
      graphOf((b) => {
        const paddings = [within, within, within, around];
        const padded = b.add('pad', 'pad', { paddings }, [rescaled(b, [0.25], [-1])]);
        return [b.conv('conv', padded, 3, 3, { padding: 'valid' })];
      }),
    ],
    ['no padding', convolved({ padding: 'valid' })],
    ['no shift', convolved({}, [0.5], [0])],
    ['another zero in each channel', convolved({}, [0.5, 0.5], [1, 2])],
    [
      'another reader',
      graphOf((b) => {
        const shifted = rescaled(b, [0.5], [1]);
        return [b.conv('conv', shifted, 3, 3), b.add('relu', 'relu', {}, [shifted])];
      }),
    ],
  ])('leaves the graph alone with %s', (_, graph) => expectUntouched(graph, padBeforeShift));
});
