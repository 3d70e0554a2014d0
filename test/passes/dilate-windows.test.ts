import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph.ts';
import { dilateWindows } from '../../src/passes/dilate-windows.ts';
import { padApart } from '../../src/passes/pad-apart.ts';
import {
  expectUntouched,
  type FloatBuilder,
  graphOf as graphAsBuilt,
  passKinds,
  passText,
} from './run-pass.ts';

/** Nothing computes what the blocks themselves pad. */
function graphOf(build: (builder: FloatBuilder) => readonly number[]): Graph {
  return padApart.run(graphAsBuilt(build));
}

type Edges = readonly (readonly [number, number])[];

const valid = { padding: 'valid', stride: 1 } as const;

function cut(b: FloatBuilder, input: number, blockShape: readonly number[], paddings: Edges): number {
  return b.add('space_to_batch_nd', 'cut', { blockShape, paddings }, [input]);
}

function joined(b: FloatBuilder, input: number, blockShape: readonly number[], crops: Edges): number {
  return b.add('batch_to_space_nd', 'joined', { blockShape, crops }, [input]);
}

function reshape(b: FloatBuilder, input: number, ...newShape: readonly number[]): number {
  return b.add('reshape', `to ${newShape.join('x')}`, { newShape }, [input]);
}

describe('dilate-windows', () => {
  it('makes one convolution of an image in blocks, with zeros around it', () => {
    const graph = graphOf((b) => {
      const image = cut(
        b,
        b.in('x', 1, 7, 6, 2),
        [2, 2],
        [
          [2, 3],
          [2, 2],
        ],
      );
      return [
        joined(
          b,
          b.conv('conv', image, 3, 3, valid),
          [2, 2],
          [
            [0, 1],
            [0, 0],
          ],
        ),
      ];
    });
    expect(passKinds(graph, dilateWindows)).toEqual(['pad', 'conv_2d']);
    expect(passText(graph, dilateWindows)).toContain('dilations=[2,2]');
  });

  it.each([
    ['rows', [6, 1]],
    ['columns', [1, 6]],
  ] as const)(
    'understands a series as %s of an image, with a bias and an activation behind it',
    (_, [h, w]) => {
      const graph = graphOf((b) => {
        const image = reshape(b, cut(b, b.in('x', 1, 10, 2), [2], [[2, 0]]), 2, h, w, 2);
        const attributes = {
          padding: 'valid',
          strides: [1, 1],
          dilations: [1, 1],
          activation: 'none',
        } as const;
        const weights = b.const('w', h === 1 ? [4, 1, 2, 2] : [4, 2, 1, 2]);
        const conv = b.add('conv_2d', 'conv', attributes, [image, weights, b.const('b', [4])]);
        const series = reshape(b, conv, 2, 5, 4);
        const sum = b.add('add', 'sum', { activation: 'none' }, [series, b.const('more', [4])]);
        return [joined(b, b.add('relu', 'relu', {}, [sum]), [2], [[0, 0]])];
      });
      expect(passKinds(graph, dilateWindows)).toEqual([
        'reshape',
        'pad',
        'conv_2d',
        'add',
        'relu',
        'reshape',
      ]);
      expect(passText(graph, dilateWindows)).toContain(`dilations=[${h === 1 ? '1,2' : '2,1'}]`);
    },
  );

  it('takes zeros of a PAD before, and crops no more than there are', () => {
    const graph = (crops: Edges) =>
      graphOf((b) => {
        const causal = {
          paddings: [
            [0, 0],
            [4, 0],
            [0, 0],
            [0, 0],
          ],
        } as const;
        const padded = b.add('pad', 'causal', causal, [b.in('x', 1, 9, 1, 2)]);
        const image = cut(
          b,
          padded,
          [3, 1],
          [
            [0, 2],
            [0, 0],
          ],
        );
        return [joined(b, b.depthwise('conv', image, 1, 1, valid), [3, 1], crops)];
      });
    const untouched = ['pad', 'pad', 'space_to_batch_nd', 'depthwise_conv_2d', 'batch_to_space_nd'];
    expect(
      passKinds(
        graph([
          [0, 2],
          [0, 0],
        ]),
        padApart,
        dilateWindows,
      ),
    ).toEqual(['pad', 'depthwise_conv_2d']);
    expect(
      passKinds(
        graph([
          [0, 3],
          [0, 0],
        ]),
        padApart,
        dilateWindows,
      ),
    ).toEqual(untouched);
  });

  it('leaves blocks of another size, convolutions that stride or pad, and what others read', () => {
    const none = [
      [0, 0],
      [0, 0],
    ] as const;
    const around = (
      behind: readonly number[],
      window: (b: FloatBuilder, image: number) => number,
      also = false,
    ) =>
      graphOf((b) => {
        const image = cut(b, b.in('x', 1, 8, 8, 1), [2, 2], none);
        const conv = window(b, image);
        const end = joined(b, conv, behind, none);
        return also ? [end, b.add('tanh', 'tanh', {}, [conv])] : [end];
      });
    const plain = (b: FloatBuilder, image: number) => b.conv('conv', image, 1, 3, valid);
    expectUntouched(around([4, 1], plain), dilateWindows);
    expectUntouched(around([2, 2], plain, true), dilateWindows);
    for (const options of [
      { padding: 'same', stride: 1 },
      { padding: 'valid', stride: 2 },
    ] as const) {
      expectUntouched(
        around([2, 2], (b, image) => b.conv('conv', image, 1, 3, options)),
        dilateWindows,
      );
    }
  });
});
