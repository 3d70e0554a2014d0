/** What TFLM's reference kernels ask for, at their branches; plan-arena.test.ts has the recorded sums. */

import { describe, expect, it } from 'vitest';
import type { OperatorView, OutlineTensor } from '../../src/ir/outline.ts';
import type { Abi } from '../../src/planner/build-profile.ts';
import { referenceKernels } from '../../src/planner/kernels/reference.ts';
import { TFLM_OPERATORS } from '../../src/targets/tflm/operators.ts';

const BARE = { name: '', version: 1, inputs: [], outputs: [], intermediates: [] };

describe('the table', () => {
  it('has every operator of TFLM, and no other', () => {
    const rows = Object.keys(referenceKernels);
    expect(TFLM_OPERATORS.filter((name) => !rows.includes(name)).sort()).toEqual([]);
    expect(rows.filter((name) => !TFLM_OPERATORS.includes(name))).toEqual([]);
  });

  it.each(Object.entries(referenceKernels))('does not fail for %s without operands', (name, kernel) => {
    const view: OperatorView = { operator: { ...BARE, name }, inputs: [], outputs: [] };
    for (const rule of [kernel.init, kernel.prepare, kernel.scratch]) {
      expect(() => rule?.(view, 'arm')).not.toThrow();
    }
    expect(() => kernel.fetches?.(view)).not.toThrow();
  });
});

function tensor(dtype: string, shape: number[], scales = [0.5]): OutlineTensor {
  const element = { int8: 1, int4: 1, int16: 2 }[dtype] ?? 4;
  return {
    name: '',
    dtype,
    shape,
    bytes: shape.reduce((product, dimension) => product * dimension, element),
    storage: 'activation',
    quantization: { scales, zeroPoints: [0], axis: 0 },
  };
}

/** What the kernel of `name` asks for in Prepare, and as scratch memory. */
function asked(
  name: string,
  inputs: readonly (OutlineTensor | undefined)[],
  output: OutlineTensor,
  adjoint: readonly [boolean, boolean] = [false, false],
  abi: Abi = 'arm',
): (readonly number[] | undefined)[] {
  const view = { operator: { ...BARE, name, adjoint }, inputs, outputs: [output] };
  const { prepare, scratch } = referenceKernels[name];
  return [prepare, scratch].map((rule) => (rule === undefined ? [] : rule(view, abi)));
}

const INDICES = tensor('int32', [2]);

describe('blocks by type and shape', () => {
  const image = tensor('int8', [1, 5, 5, 2]);
  const wide = tensor('int16', [1, 5, 5, 2]);
  const float = tensor('float32', [1, 5, 5, 2]);
  const output = tensor('int8', [1, 5, 5, 6]);
  const row = tensor('int8', [1, 8]);

  it.each([
    ['CONV_2D', [image, tensor('int8', [6, 3, 3, 2])], output, [[24, 24], []]],
    ['CONV_2D', [float, tensor('float32', [6, 3, 3, 2])], output, [[24, 24], []]],
    ['CONV_2D', [image, tensor('int4', [6, 3, 3, 2])], output, [[24, 24], [108]]],
    ['DEPTHWISE_CONV_2D', [image, tensor('int4', [1, 3, 3, 6])], output, [[24, 24], [54]]],
    ['FULLY_CONNECTED', [row, tensor('int8', [3, 8])], row, [[], []]],
    ['FULLY_CONNECTED', [row, tensor('int8', [3, 8], [1, 2, 3])], row, [[12, 12], []]],
    ['FULLY_CONNECTED', [float, tensor('float32', [3, 8], [1, 2, 3])], row, [[], []]],
    ['FULLY_CONNECTED', [row, tensor('int4', [3, 8])], row, [[], [24]]],
    ['TRANSPOSE_CONV', [INDICES, tensor('int8', [6, 3, 3, 2]), image], output, [[24, 24], [600]]],
    ['TRANSPOSE_CONV', [INDICES, tensor('int8', [6, 3, 3, 2]), wide], output, [[24, 24], [1200]]],
    [
      'TRANSPOSE_CONV',
      [INDICES, tensor('int8', [6, 3, 3, 2]), wide, tensor('int16', [6])],
      output,
      [
        [24, 24],
        [1200, 48],
      ],
    ],
    ['TRANSPOSE_CONV', [INDICES, tensor('float32', [6, 3, 3, 2]), float], output, [[24, 24], []]],
    ['SOFTMAX', [row], row, [[], []]],
    ['SOFTMAX', [tensor('int16', [1, 8])], tensor('int16', [1, 8]), [[1026, 1026], []]],
    ['LOG_SOFTMAX', [row], row, [[28], []]],
    ['LOG_SOFTMAX', [float], float, [[], []]],
    ['CUMSUM', [row, INDICES], row, [[36], []]],
    ['CUMSUM', [float, INDICES], float, [[], []]],
    ['MEAN', [image, INDICES], tensor('int8', [1, 2]), [[], [8, 16, 8]]],
    ['SUM', [wide, INDICES], tensor('int16', [1, 2]), [[], [8, 16, 8]]],
    ['MEAN', [float, INDICES], tensor('float32', [1, 2]), [[], [16, 8]]],
    ['REDUCE_MAX', [image, INDICES], tensor('int8', [1, 2]), [[], [16, 8]]],
    ['REDUCE_ALL', [tensor('bool', [1, 5, 5]), INDICES], tensor('bool', [1]), [[], [12, 8]]],
    ['MIRROR_PAD', [image], output, [[], [16, 16]]],
    ['GATHER', [image, INDICES], output, [[20], []]],
    ['GATHER_ND', [image, INDICES], tensor('int8', [2]), [[8], []]],
    ['L2_POOL_2D', [float], float, [[20], []]],
    ['EMBEDDING_LOOKUP', [INDICES, row], tensor('int8', [2, 8]), [[12, 8], []]],
    ['ADD_N', [row, row, row], row, [[40], [12]]],
    ['ADD_N', [float, float], float, [[], [8]]],
  ] as const)('%s', (name, inputs, into, blocks) => {
    expect(asked(name, inputs, into)).toEqual(blocks);
  });

  it.each([
    ['int8', [false, false], 'arm', [28, 12, 16, 12, 16]],
    ['int8', [false, true], 'arm', [28, 16]],
    ['int8', [true, true], 'arm', [28, 12, 16, 6, 16]],
    ['float32', [true, false], 'arm', [12, 16, 24, 12, 16, 48, 16]],
    ['int8', [false, false], 'x86-64', [28, 24, 16, 12, 16]],
  ] as const)('BATCH_MATMUL of %s, adjoint %j, on %s', (dtype, adjoint, abi, blocks) => {
    const [left, right] = [tensor(dtype, [1, 2, 3]), tensor(dtype, [1, 3, 4])];
    expect(asked('BATCH_MATMUL', [left, right], tensor(dtype, [1, 2, 4]), adjoint, abi)).toEqual([
      blocks,
      [],
    ]);
  });

  it('has pointers of 8 bytes on x86-64', () => {
    expect(asked('ADD_N', [row, row], row, [false, false], 'x86-64')).toEqual([[40], [16]]);
    expect(asked('EMBEDDING_LOOKUP', [INDICES, row], row, [false, false], 'x86-64')).toEqual([[12, 16], []]);
  });

  it('sizes the buffers of recurrent operators by their states', () => {
    const svdf = [tensor('int8', [2, 3]), tensor('int8', [8, 3])];
    expect(asked('SVDF', svdf, tensor('int8', [2, 4]))).toEqual([[], [64, 32]]);
    const floatSvdf = [tensor('float32', [2, 3]), tensor('float32', [8, 3])];
    expect(asked('SVDF', floatSvdf, tensor('float32', [2, 4]))).toEqual([[], [64]]);
    const lstm = (dtype: string) => [...new Array(19).fill(undefined), tensor(dtype, [2, 5])];
    expect(asked('UNIDIRECTIONAL_SEQUENCE_LSTM', lstm('int16'), row)).toEqual([[], [20, 20, 20, 20]]);
    expect(asked('UNIDIRECTIONAL_SEQUENCE_LSTM', lstm('float32'), row)).toEqual([[], [40, 40, 40, 40]]);
  });

  it('does not guess where operands are missing', () => {
    expect(asked('CONV_2D', [image], output)).toEqual([undefined, undefined]);
    expect(asked('DEPTHWISE_CONV_2D', [image, tensor('int8', [3])], output)).toEqual([undefined, []]);
    expect(asked('MEAN', [image], output)).toEqual([[], undefined]);
  });
});

describe('what Prepare fetches, in order', () => {
  const named = (name: string, dtype: string) => ({ ...tensor(dtype, [1]), name });

  it.each([
    ['MEAN', 'int8', 2, 'a out b a b out'],
    ['MEAN', 'int16', 2, 'a out b a b'],
    ['REDUCE_ALL', 'bool', 2, 'a out b a b'],
    ['REDUCE_MAX', 'int8', 2, 'a b out a out b'],
    ['ADD_N', 'float32', 3, 'a out b c'],
    ['L2_POOL_2D', 'float32', 1, 'out a'],
    ['MUL', 'int8', 2, undefined],
  ] as const)('%s of %s', (name, dtype, count, order) => {
    const inputs = ['a', 'b', 'c'].slice(0, count).map((input) => named(input, dtype));
    const view = { operator: { ...BARE, name }, inputs, outputs: [named('out', dtype)] };
    const fetched = referenceKernels[name].fetches?.(view).map((operand) => operand.name);
    expect(fetched?.join(' ')).toBe(order);
  });
});
