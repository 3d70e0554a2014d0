/** What the operators that move elements refuse, and the activations: code, sentence, provocation. */

import { perTensor, type QuantParams } from '../../src/core/quant-params.ts';
import type { DType, Shape, TensorType } from '../../src/core/tensor.ts';
import { oneNode } from './one-node.ts';

const type = (dtype: DType, shape: Shape, quant?: QuantParams): TensorType =>
  quant === undefined ? { dtype, shape } : { dtype, shape, quant };
const float = (...shape: number[]): TensorType => type('float32', shape);
const int8 = (scale: number, ...shape: number[]): TensorType => type('int8', shape, perTensor(scale, 3));
const operands = (...types: TensorType[]) => types.map((operand) => ({ type: operand }));

const join = { axis: 0, activation: 'none' } as const;
const all = { begin: [0], end: [4], strides: [1], beginMask: 0, endMask: 0, shrinkAxisMask: 0 } as const;
const resize = { size: [4, 4], alignCorners: false, halfPixelCenters: false } as const;
const block = { blockShape: [2], paddings: [[0, 0]] } as const;
const plain = { adjX: false, adjY: false };
const shape = 'shape-mismatch';

/** A row for an operator of one float32 operand. */
function unary(
  kind: Parameters<typeof oneNode>[0],
  attributes: object,
  input: Shape,
  sentence: string,
): readonly [string, string, () => unknown] {
  return [shape, sentence, () => oneNode(kind, attributes as never, operands(float(...input)), float(1))];
}

export const movementRefusals: readonly (readonly [
  code: string,
  sentence: string,
  provoke: () => unknown,
])[] = [
  unary('broadcast_to', { shape: [3, 4] }, [2, 4], 'shapes [2, 4] and [3, 4] do not broadcast'),
  unary('broadcast_to', { shape: [1, 4] }, [3, 4], '[3, 4] cannot be broadcast to [1, 4]'),
  unary('broadcast_to', { shape: [4] }, [1, 4], '[1, 4] cannot be broadcast to [4]'),
  unary('broadcast_to', { shape: [1, 1, 1, 1, 1, 4] }, [4], 'a tensor of 6 axes is given'),
  unary('fill', { shape: [4] }, [1], 'the value has shape [1], but it has to be a scalar'),
  unary('reverse_v2', { axes: [1] }, [4], '[4] has no axis 1'),
  unary('reverse_v2', { axes: [1] }, [1, 1, 1, 1, 1, 1, 1], 'a tensor of 7 axes is given'),
  unary('l2_normalization', {}, [1, 1, 1, 1, 2], 'a tensor of 5 axes is given'),
  unary('cumsum', { axis: 1, exclusive: false, reverse: false }, [2], 'axis 1 does not exist'),
  unary('add_n', {}, [2], '1 tensor is given, but at least 2 are added'),
  [shape, '[3] cannot be added to [2]', () => oneNode('add_n', {}, operands(float(2), float(3)), float(2))],
  [
    shape,
    'indices [2, 3] do not name places in [2, 2]',
    () => oneNode('gather_nd', {}, operands(float(2, 2), type('int32', [2, 3])), float(2)),
  ],
  [
    shape,
    '[2, 3] and [2, 3] are no factors of a product of matrices',
    () => oneNode('batch_matmul', plain, operands(float(2, 3), float(2, 3)), float(2, 3)),
  ],
  [
    shape,
    'a tensor of 1 axis is given, but TensorFlow Lite Micro computes this with 2 to 5',
    () => oneNode('batch_matmul', plain, operands(float(3), float(3, 2)), float(2)),
  ],
  unary('tile', { multiples: [2] }, [1, 2], 'multiples are 1 for 2 axes'),
  unary('squeeze', { axes: [1] }, [1, 2], 'axis 1 has 2 elements and cannot be dropped'),
  unary('expand_dims', { axis: 3 }, [2], 'axis 3 does not exist in a tensor of 2 axes'),
  unary('split', { axis: 0, count: 3 }, [4], 'the 4 elements of axis 0 cannot be split into 3 equal parts'),
  unary('split_v', { axis: 0, sizes: [1, 2] }, [4], 'parts of [1, 2] do not make up the 4 elements'),
  unary('transpose', { permutation: [0, 0] }, [2, 2], '[0, 0] does not name every axis of the input once'),
  unary('transpose', { permutation: [0] }, [2, 2], 'axes of the permutation are 1 for 2 axes'),
  unary('slice', { begin: [2], size: [3] }, [4], '3 elements from 2 on cannot be taken of the 4 of axis 0'),
  unary('slice', { begin: [4], size: [-1] }, [4], '0 elements from 4 on cannot be taken of the 4 of axis 0'),
  unary('strided_slice', { ...all, strides: [0] }, [4], 'axis 0 is sliced with stride 0'),
  unary('strided_slice', { ...all, end: [0] }, [4], 'the slice of axis 0 is empty'),
  unary(
    'strided_slice',
    { ...all, begin: [4], shrinkAxisMask: 1 },
    [4],
    'element 4 with stride 1 is not one',
  ),
  unary(
    'strided_slice',
    { ...all, strides: [-1], shrinkAxisMask: 1 },
    [4],
    'element 0 with stride -1 is not one of the 4 of axis 0',
  ),
  unary('pad', { paddings: [[1, 1]] }, [2, 2], 'paddings are 1 for 2 axes'),
  unary(
    'mirror_pad',
    { paddings: [[2, 0]], mode: 'reflect' },
    [2],
    'axis 0 has 2 elements, too few to mirror 2',
  ),
  unary('space_to_depth', { blockSize: 2 }, [1, 3, 2, 1], 'the 3 rows do not divide by 2'),
  unary('depth_to_space', { blockSize: 2 }, [1, 1, 1, 6], 'the 6 channels do not divide by 4'),
  unary('space_to_batch_nd', block, [1, 3, 1], 'the 3 padded elements of axis 1 do not divide by 2'),
  unary('space_to_batch_nd', block, [1, 2, 2, 1], '[1, 2, 2, 1] needs 2 block sizes and edges, not 1 and 1'),
  unary('batch_to_space_nd', { blockShape: [2], crops: [[2, 2]] }, [2, 2, 1], 'the crops leave nothing'),
  unary('resize_nearest_neighbor', resize, [2, 2, 1], 'a tensor of 3 axes is given'),
  [
    shape,
    '[2, 3] cannot be joined to [2, 2]: they differ beyond axis 0',
    () => oneNode('concatenation', join, operands(float(2, 2), float(2, 3)), float(4, 2)),
  ],
  [
    shape,
    '[3] cannot be packed with [2]',
    () => oneNode('pack', { axis: 0 }, operands(float(2), float(3)), float(2, 2)),
  ],
  [
    shape,
    'the padding value has shape [2] instead of one element',
    () => oneNode('padv2', { paddings: [[1, 1]] }, operands(float(2), float(2)), float(4)),
  ],
  [
    shape,
    '[2, 3] and indices [3, 1] do not go together in 1 axis before axis 1',
    () =>
      oneNode('gather', { axis: 1, batchDims: 1 }, operands(float(2, 3), type('int32', [3, 1])), float(2, 1)),
  ],
  [
    'unsupported-type',
    'the operand of indices is int64, but only int32 can be computed here',
    () => oneNode('gather', { axis: 0, batchDims: 0 }, operands(float(2), type('int64', [1])), float(1)),
  ],
  [
    'unsupported-type',
    'the output is int64, but only int32 can be computed here',
    () => oneNode('arg_max', { axis: 0 }, operands(float(2)), type('int64', [])),
  ],
  [
    'scales-differ',
    'input 1 has another scale or zero point than the output',
    () => oneNode('concatenation', join, operands(int8(1, 1), int8(2, 1)), int8(1, 2)),
  ],
  [
    'scales-differ',
    'the padding value has another scale or zero point than the output',
    () => oneNode('padv2', { paddings: [[1, 1]] }, operands(int8(1, 1), int8(2, 1)), int8(1, 3)),
  ],
  [
    'missing-quantization',
    'the output is int8 but has no per-tensor scale and zero point',
    () => oneNode('pad', { paddings: [[1, 1]] }, operands(int8(1, 1)), type('int8', [3])),
  ],
  [
    'resize-mode',
    'aligns corners and takes pixels by their centres',
    () => {
      const both = { ...resize, alignCorners: true, halfPixelCenters: true };
      return oneNode('resize_bilinear', both, operands(float(1, 2, 2, 1)), float(1, 4, 4, 1));
    },
  ],
  [
    'image-size',
    'stretches 1 pixels to 2047, where the int8 kernel leaves the image',
    () => {
      const long = { ...resize, size: [1, 2047] } as const;
      return oneNode('resize_bilinear', long, operands(int8(1, 1, 1, 1, 1)), int8(1, 1, 1, 2047, 1));
    },
  ],
  [
    'scale-ratio',
    '1.07e+9 times',
    () => oneNode('leaky_relu', { alpha: 0.1 }, operands(int8(2 ** 30, 4)), int8(1, 4)),
  ],
  [
    'scale-ratio',
    '1.07e+9 times',
    () => oneNode('leaky_relu', { alpha: -(2 ** 30) }, operands(int8(1, 4)), int8(1, 4)),
  ],
  [
    'scale-ratio',
    '1.07e+9 times',
    () => oneNode('prelu', {}, operands(int8(1, 4), int8(2 ** 30, 4)), int8(1, 4)),
  ],
  [
    'scale-ratio',
    'the output scale is too small for 32-bit arithmetic',
    () => oneNode('elu', {}, operands(int8(1, 4)), int8(1e-9, 4)),
  ],
  [
    'scale-ratio',
    'the input scale must be at most 128 times the output scale',
    () => oneNode('hard_swish', {}, operands(int8(1, 4)), int8(1 / 128, 4)),
  ],
  [
    'input-scale',
    'the input scale is outside what 16-bit arithmetic can shift',
    () => oneNode('hard_swish', {}, operands(int8(1e-8, 4)), int8(1e-8, 4)),
  ],
];
