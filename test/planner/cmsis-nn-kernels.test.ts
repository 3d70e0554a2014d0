/** What CMSIS-NN's kernels ask for on a Cortex-M4, at their branches; plan-arena.test.ts has the recorded sums. */

import { describe, expect, it } from 'vitest';
import type { OutlineTensor, OutlineWindow } from '../../src/ir/outline.ts';
import { cmsisNnKernels } from '../../src/planner/kernels/cmsis-nn.ts';

function tensor(dtype: string, shape: number[], scales = [0.5]): OutlineTensor {
  const quantization = { scales, zeroPoints: [0], axis: 0 };
  return { name: '', dtype, shape, bytes: 1, storage: 'activation', quantization };
}

const SLIDING: OutlineWindow = { padding: 'same', strides: [1, 1], dilations: [1, 1] };

/** What the kernel of `name` asks for in Init, in Prepare, and as scratch memory. */
function asked(
  name: string,
  inputs: readonly (OutlineTensor | undefined)[],
  output: OutlineTensor,
  window?: OutlineWindow,
): (readonly number[] | undefined)[] {
  const bare = { name, version: 1, inputs: [], outputs: [], intermediates: [] };
  const view = { operator: window === undefined ? bare : { ...bare, window }, inputs, outputs: [output] };
  const { init, prepare, scratch } = cmsisNnKernels[name];
  return [init, prepare, scratch].map((rule) => (rule === undefined ? [] : rule(view, 'arm')));
}

describe('Prepare fetches', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => ({ ...tensor('int8', [1, 1, 1, 1]), name }));
  const output = { ...tensor('int8', [1, 1, 1, 1]), name: 'out' };
  const float = { ...tensor('float32', [1, 1, 1, 1]), name: 'float' };

  it.each<[string, OutlineTensor[], string]>([
    ['CONV_2D', [a, b, c], 'a b out a b c out'],
    ['DEPTHWISE_CONV_2D', [a, b], 'a b out a b out'],
    ['TRANSPOSE_CONV', [a, b, c, d], 'out c b c b d out'],
    ['TRANSPOSE_CONV', [a, b, float, d], 'out float b'],
    ['AVERAGE_POOL_2D', [a], 'a out a out'],
  ])('for %s', (name, inputs, fetched) => {
    const operator = { name, version: 1, inputs: [], outputs: [], intermediates: [] };
    const tensors = cmsisNnKernels[name].fetches?.({ operator, inputs, outputs: [output] });
    expect(tensors?.map((one) => one.name).join(' ')).toBe(fetched);
  });
});

describe('FULLY_CONNECTED', () => {
  const input = tensor('int8', [1, 2, 8]);
  const output = tensor('int8', [1, 2, 3]);

  it.each([
    ['spreads one scale over the channels of rank 3', [input, tensor('int8', [3, 8])], output, [], [24]],
    ['but not where the depth is no multiple of 4', [input, tensor('int8', [3, 6])], output, [], []],
    ['nor in rank 2', [input, tensor('int8', [3, 8])], tensor('int8', [2, 3]), [], []],
    ['nor with one scale each', [input, tensor('int8', [3, 8], [1, 2, 3])], output, [12, 12], []],
    ['nor with int4 weights', [input, tensor('int4', [3, 8])], output, [], []],
    ['nor in float', [tensor('float32', [1, 2, 8]), tensor('float32', [3, 8], [1, 2, 3])], output, [], []],
  ] as const)('%s', (_, inputs, into, prepare, scratch) => {
    expect(asked('FULLY_CONNECTED', inputs, into)).toEqual([[72], prepare, scratch]);
  });
});

describe('CONV_2D', () => {
  const output = tensor('int8', [1, 5, 5, 6]);

  it.each([
    ['int8', tensor('int8', [1, 5, 5, 2]), tensor('int8', [6, 3, 3, 2]), [24, 24], [80]],
    ['int4 weights', tensor('int8', [1, 5, 5, 2]), tensor('int4', [6, 3, 3, 2]), [24, 24], [80]],
    ['int16', tensor('int16', [1, 5, 5, 2]), tensor('int8', [6, 3, 3, 2]), [24, 24], [72]],
    ['int8 1x1', tensor('int8', [1, 5, 5, 2]), tensor('int8', [6, 1, 1, 2]), [24, 24], []],
    ['int16 1x1', tensor('int16', [1, 5, 5, 2]), tensor('int8', [6, 1, 1, 2]), [24, 24], [8]],
    ['two groups of 1x1', tensor('int8', [1, 5, 5, 4]), tensor('int8', [6, 1, 1, 2]), [24, 24], [16]],
    ['float', tensor('float32', [1, 5, 5, 2]), tensor('float32', [6, 3, 3, 2]), [], []],
  ])('%s', (_, input, weights, prepare, scratch) => {
    expect(asked('CONV_2D', [input, weights], output, SLIDING)).toEqual([[60], prepare, scratch]);
  });

  it('is not known without a window, or with an image of rank 3', () => {
    const weights = tensor('int8', [6, 3, 3, 2]);
    expect(asked('CONV_2D', [tensor('int8', [1, 5, 5, 2]), weights], output)[2]).toBeUndefined();
    expect(asked('CONV_2D', [tensor('int8', [5, 5, 2]), weights], output, SLIDING)[2]).toBeUndefined();
  });
});

describe('DEPTHWISE_CONV_2D', () => {
  const input = tensor('int8', [1, 9, 9, 6]);
  const output = tensor('int8', [1, 9, 9, 6]);

  it.each([
    ['int8 3x3', input, tensor('int8', [1, 3, 3, 6]), SLIDING, [24, 24], []],
    ['int8 5x5', input, tensor('int8', [1, 5, 5, 6]), SLIDING, [24, 24], [300]],
    ['int4 3x3', input, tensor('int4', [1, 3, 3, 6]), SLIDING, [24, 24], [108]],
    ['int16 5x5', tensor('int16', [1, 9, 9, 6]), tensor('int8', [1, 5, 5, 6]), SLIDING, [24, 24], []],
    ['two images', tensor('int8', [2, 9, 9, 6]), tensor('int8', [1, 5, 5, 6]), SLIDING, [24, 24], []],
    ['float', tensor('float32', [1, 9, 9, 6]), tensor('float32', [1, 5, 5, 6]), SLIDING, [], []],
    [
      'int8 5x5 dilated',
      input,
      tensor('int8', [1, 5, 5, 6]),
      { ...SLIDING, dilations: [1, 2] } as const,
      [24, 24],
      [],
    ],
  ])('%s', (_, image, weights, window, prepare, scratch) => {
    expect(asked('DEPTHWISE_CONV_2D', [image, weights], output, window)).toEqual([[60], prepare, scratch]);
  });
});

describe('TRANSPOSE_CONV', () => {
  const shape = tensor('int32', [4]);
  const weights = tensor('int8', [3, 2, 2, 4]);
  const output = tensor('int8', [1, 4, 4, 3]);

  it.each([
    ['int8 asks for a second buffer of 0', tensor('int8', [1, 2, 2, 4]), weights, undefined, [96, 0]],
    [
      'int8 with 17 channels',
      tensor('int8', [1, 2, 2, 17]),
      tensor('int8', [3, 2, 2, 17]),
      undefined,
      [272, 204],
    ],
    ['int16', tensor('int16', [1, 2, 2, 4]), weights, tensor('int64', [3]), [384]],
    ['int16 with int16 bias', tensor('int16', [1, 2, 2, 4]), weights, tensor('int16', [3]), [384, 24]],
    ['float', tensor('float32', [1, 2, 2, 4]), weights, undefined, []],
  ])('%s', (_, input, filter, bias, scratch) => {
    const window: OutlineWindow = { ...SLIDING, strides: [2, 2] };
    expect(asked('TRANSPOSE_CONV', [shape, filter, input, bias], output, window)).toEqual([
      [76],
      [12, 12],
      scratch,
    ]);
  });
});

it.each([
  ['int8', [], [16]],
  ['int16', [], [16]],
  ['float32', [], []],
])('AVERAGE_POOL_2D of %s', (dtype, prepare, scratch) => {
  const output = tensor(dtype, [1, 1, 1, 4]);
  expect(asked('AVERAGE_POOL_2D', [tensor(dtype, [1, 2, 2, 4])], output)).toEqual([[36], prepare, scratch]);
  expect(asked('MAX_POOL_2D', [tensor(dtype, [1, 2, 2, 4])], output)).toEqual([[36], [], []]);
});

it.each([
  ['int8', []],
  ['int16', [1026, 1026]],
  ['float32', []],
])('SOFTMAX of %s', (dtype, prepare) => {
  expect(asked('SOFTMAX', [tensor(dtype, [1, 4])], tensor(dtype, [1, 4]))).toEqual([[64], prepare, []]);
});

it.each([
  ['int8', [64, 32]],
  ['float32', [64]],
])('SVDF of %s', (dtype, scratch) => {
  const inputs = [tensor(dtype, [2, 6]), tensor(dtype, [8, 6])];
  expect(asked('SVDF', inputs, tensor(dtype, [2, 4]))).toEqual([[40], [], scratch]);
});

it.each([
  ['int8', 'int16', new Array(8).fill(12), [12, 12, 12]],
  ['int16', 'int16', new Array(8).fill(24), [12, 12, 12]],
  ['float32', 'float32', [], [24, 24, 24, 24]],
])('UNIDIRECTIONAL_SEQUENCE_LSTM of %s', (dtype, cell, prepare, scratch) => {
  const inputs = new Array<OutlineTensor | undefined>(24).fill(undefined);
  inputs[0] = tensor(dtype, [2, 5, 7]);
  inputs[18] = tensor(dtype, [2, 3]);
  inputs[19] = tensor(cell, [2, 3]);
  expect(asked('UNIDIRECTIONAL_SEQUENCE_LSTM', inputs, tensor(dtype, [2, 5, 3]))).toEqual([
    [912],
    prepare,
    scratch,
  ]);
});
