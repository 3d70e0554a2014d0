/** Every refusal of an operator, provoked once: its code, and a sentence that says what is wrong. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../src/core/errors.ts';
import { perAxis, perTensor, type QuantParams } from '../../src/core/quant-params.ts';
import type { DType, Shape, TensorType } from '../../src/core/tensor.ts';
import { movementRefusals } from './movement-refusals.ts';
import { oneNode } from './one-node.ts';

const quant = perTensor(0.05, 3);

function type(dtype: DType, shape: Shape, quantization?: QuantParams): TensorType {
  return quantization === undefined ? { dtype, shape } : { dtype, shape, quant: quantization };
}

const float = (...shape: number[]): TensorType => type('float32', shape);
const int8 = (...shape: number[]): TensorType => type('int8', shape, quant);
const scaled = (scale: number, zeroPoint = 0): TensorType => type('int8', [4], perTensor(scale, zeroPoint));
const fourInt16 = (zeroPoint: number, scale = 0.01): TensorType =>
  type('int16', [4], perTensor(scale, zeroPoint));
const operands = (...types: TensorType[]) => types.map((operand) => ({ type: operand }));

const all = { axis: 0, exclusive: false, reverse: false } as const;
const none = { activation: 'none' } as const;
const dense = { activation: 'none', keepNumDims: false } as const;
const denseLast = { activation: 'none', keepNumDims: true } as const;
const denseInt8 = (weights: QuantParams, bias: TensorType, input: TensorType = int8(1, 4)) =>
  oneNode('fully_connected', dense, operands(input, type('int8', [2, 4], weights), bias), int8(1, 2));
const int16 = (scale: number, zeroPoint: number, ...shape: number[]): TensorType =>
  type('int16', shape, perTensor(scale, zeroPoint));
const denseInt16 = (scale: number) =>
  oneNode(
    'fully_connected',
    dense,
    operands(int16(scale, 0, 1, 4), type('int8', [2, 4], perTensor(1, 0))),
    int16(1, 0, 1, 2),
  );
const bias = (quantization?: QuantParams): TensorType => type('int32', [2], quantization);

const strided = { padding: 'valid', strides: [1, 1], activation: 'none' } as const;
const convolution = { ...strided, dilations: [1, 1] } as const;
const depthwise = { ...convolution, depthMultiplier: 2 } as const;
const pool = { ...strided, filter: [2, 2] } as const;
const outputShape = [1, 4, 4, 2] as const;
const otherScale = (...shape: number[]): TensorType => type('int8', shape, perTensor(0.06, 3));

const refusals: readonly (readonly [code: string, sentence: string, provoke: () => unknown])[] = [
  ...movementRefusals,
  [
    'unsupported-type',
    'input 0 is int16, but only float32 and int8 can be computed here',
    () => oneNode('elu', {}, operands(type('int16', [4])), type('int16', [4])),
  ],
  [
    'zero-point',
    'the second operand is int16 with zero point 1, where TensorFlow Lite Micro takes 0 only',
    () => oneNode('mul', none, operands(fourInt16(0), fourInt16(1)), fourInt16(0)),
  ],
  [
    'zero-point',
    'the output is int16 with zero point -1, where TensorFlow Lite Micro takes 0 only',
    () => oneNode('relu', {}, operands(fourInt16(0)), fourInt16(-1)),
  ],
  [
    'zero-point',
    'input 0 is int16 with zero point 2, where TensorFlow Lite Micro takes 0 only',
    () => oneNode('concatenation', { axis: 0, activation: 'none' }, operands(fourInt16(2)), fourInt16(0)),
  ],
  [
    'unsupported-type',
    'alpha is int16, but only int8 can be computed here',
    () => oneNode('prelu', {}, operands(fourInt16(0), fourInt16(0)), fourInt16(0)),
  ],
  [
    'input-scale',
    'the input scale is too large for the table of the sigmoid',
    () => oneNode('logistic', {}, operands(fourInt16(0, 8 / 3)), fourInt16(0, 2 ** -15)),
  ],
  [
    'input-scale',
    'the input scale is too small for the table of the sigmoid',
    () => oneNode('tanh', {}, operands(fourInt16(0, 1e-14)), fourInt16(0, 2 ** -15)),
  ],
  [
    'output-scale',
    'the output scale is so small against the inputs',
    () => oneNode('add', none, operands(fourInt16(0, 0.5), fourInt16(0, 0.1)), fourInt16(0, 2 ** -15)),
  ],
  [
    'output-scale',
    'so small that the limit 6 of its activation leaves 32 bits',
    () => oneNode('mul', { activation: 'relu6' }, operands(scaled(1e-5), scaled(1e-5)), scaled(2.79e-9)),
  ],
  [
    'output-scale',
    'so small that the limit 1 of its activation leaves 32 bits',
    () =>
      oneNode(
        'mul',
        { activation: 'relu_n1_to_1' },
        operands(fourInt16(0, 1e-5), fourInt16(0, 1e-5)),
        fourInt16(0, 4e-10),
      ),
  ],
  [
    'output-scale',
    'so small that the limit 6 of its activation leaves 32 bits',
    () => oneNode('relu6', {}, operands(scaled(2e-9)), scaled(2e-9)),
  ],
  [
    'softmax-depth',
    'rows have 65537 values',
    () => {
      const row = (scale: number): TensorType => type('int16', [65537], perTensor(scale, 0));
      return oneNode('softmax', { beta: 1 }, operands(row(0.1)), row(2 ** -15));
    },
  ],
  [
    'sum-overflow',
    'adds up 65537 values, but the int32 sum of TensorFlow Lite Micro holds 65536',
    () => {
      const long = type('int16', [65537], perTensor(0.1, 0));
      return oneNode('mean', { axes: [0], keepDims: false }, operands(long), type('int16', [], long.quant));
    },
  ],
  [
    'sum-overflow',
    'a window covers 65536 values, but the int32 sum of TensorFlow Lite Micro holds 65535',
    () => {
      const image = type('int16', [1, 256, 256, 1], perTensor(0.1, 0));
      const whole = { ...pool, filter: [256, 300] } as const;
      const one = type('int16', [1, 1, 1, 1], image.quant);
      return oneNode(
        'average_pool_2d',
        { ...whole, padding: 'same', strides: [256, 256] },
        operands(image),
        one,
      );
    },
  ],
  [
    'unsupported-type',
    'int8 and float32 cannot be mixed in this operator',
    () => oneNode('add', none, operands(int8(4), int8(4)), float(4)),
  ],
  [
    'unsupported-type',
    'input 0 is float32, but only int8, int16 and uint8 can be computed here',
    () => oneNode('dequantize', {}, operands(float(4)), float(4)),
  ],
  [
    'unsupported-type',
    'the output is int8, but only float32 can be computed here',
    () => oneNode('dequantize', {}, operands(int8(4)), int8(4)),
  ],
  [
    'unsupported-type',
    'input 0 is bool, but only float32, int8, int16, int32 and uint8 can be computed here',
    () => oneNode('quantize', {}, operands(type('bool', [4])), int8(4)),
  ],
  [
    'unsupported-type',
    'int16 input with int8 output cannot be computed',
    () => oneNode('fully_connected', dense, operands(type('int16', [1, 4]), int8(2, 4)), int8(1, 2)),
  ],
  [
    'unsupported-type',
    'int16 input with int32 bias cannot be computed',
    () => {
      const [image, weights] = [int16(0.1, 0, 1, 3, 3, 1), type('int8', [1, 3, 3, 1], perTensor(0.1, 0))];
      const one = { ...depthwise, depthMultiplier: 1 };
      return oneNode(
        'depthwise_conv_2d',
        one,
        operands(image, weights, type('int32', [1])),
        int16(1, 0, 1, 1, 1, 1),
      );
    },
  ],
  [
    'scale-ratio',
    'the input scales are 128 times the output scale, where TensorFlow Lite Micro multiplies int16 by less than 128 only',
    () => denseInt16(128),
  ],
  [
    'unsupported-quantization',
    'int4 weights have a scale for each unit, where TensorFlow Lite Micro takes one for all only',
    () => {
      const weights = type('int4', [2, 4], perAxis(0, [0.1, 0.2]));
      return oneNode(
        'fully_connected',
        dense,
        [{ type: int8(1, 4) }, { type: weights, data: new Int8Array(8), constant: true }],
        int8(1, 2),
      );
    },
  ],
  [
    'unsupported-type',
    'int8 input with int4 weights cannot be computed',
    () => {
      const weights = {
        type: type('int4', [2, 2, 2, 1], perTensor(0.1, 0)),
        data: new Int8Array(8),
        constant: true,
      };
      return oneNode(
        'transpose_conv',
        { ...strided, outputShape },
        [{ type: int8(1, 3, 3, 1) }, weights],
        type('int8', outputShape, quant),
      );
    },
  ],
  [
    'zero-point',
    'an operand is int16 with zero point 3, where TensorFlow Lite Micro takes 0 only',
    () => {
      const factors = operands(int16(1, 0, 2, 2), int16(1, 3, 2, 2));
      return oneNode('batch_matmul', { adjX: false, adjY: false }, factors, int16(1, 0, 2, 2));
    },
  ],
  [
    'unsupported-type',
    'the output is uint8, but only int8 and int16 can be computed here',
    () => oneNode('quantize', {}, operands(float(4)), type('uint8', [4], perTensor(0.1, 3))),
  ],
  [
    'negative-root',
    'the input has zero point 3, so it may be negative, where TensorFlow Lite Micro stops',
    () => oneNode('rsqrt', {}, operands(int8(4)), int8(4)),
  ],
  [
    'scale-ratio',
    'the scales are outside what 32-bit arithmetic can shift',
    () => oneNode('rsqrt', {}, operands(scaled(1, -128)), scaled(2 ** 13)),
  ],
  [
    'unsupported-type',
    'input 0 is int8, but only float32 can be computed here',
    () => oneNode('exp', {}, operands(int8(4)), int8(4)),
  ],
  [
    'input-scale',
    'the second operand has scale 1, and from 1 on TensorFlow Lite Micro stops with an assertion',
    () => oneNode('less', {}, operands(int8(4), scaled(1)), type('bool', [4])),
  ],
  [
    'unsupported-type',
    'the output is int8, but only bool can be computed here',
    () => oneNode('equal', {}, operands(int8(4), int8(4)), int8(4)),
  ],
  [
    'unsupported-type',
    'input 0 is bool, but only float32, int8 and int32 can be computed here',
    () => oneNode('greater', {}, operands(type('bool', [4]), type('bool', [4])), type('bool', [4])),
  ],
  [
    'unsupported-type',
    'the output is bool, but only float32, int8, int16 and int32 can be computed here',
    () => oneNode('cast', {}, operands(float(4)), type('bool', [4])),
  ],
  [
    'unsupported-type',
    'what is chosen is int32, but only float32, int8 and int16 can be computed here',
    () =>
      oneNode(
        'select_v2',
        {},
        operands(type('bool', [4]), type('int32', [4]), type('int32', [4])),
        type('int32', [4]),
      ),
  ],
  [
    'scale-ratio',
    'the first scale must be 64 to 8388608 times the product of the others',
    () => oneNode('div', none, operands(scaled(1), scaled(1)), scaled(1 / 63)),
  ],
  [
    'ignored-activation',
    'adds int32 with a fused activation, which TensorFlow Lite Micro ignores',
    () =>
      oneNode(
        'add',
        { activation: 'relu' },
        operands(type('int32', [4]), type('int32', [4])),
        type('int32', [4]),
      ),
  ],
  [
    'quantized-integers',
    'the second operand is int32 with a scale and zero point, which TensorFlow Lite Micro refuses',
    () => oneNode('mul', none, operands(type('int32', [4]), type('int32', [4], quant)), type('int32', [4])),
  ],
  [
    'unsupported-type',
    'float32 input with int8 weights cannot be computed',
    () => oneNode('fully_connected', dense, operands(float(1, 4), int8(2, 4)), float(1, 2)),
  ],
  [
    'unsupported-type',
    'int8 input with float32 bias cannot be computed',
    () => denseInt8(perTensor(0.1, 0), float(2)),
  ],
  [
    'unsupported-type',
    'int8 input with float32 output cannot be computed',
    () => oneNode('fully_connected', dense, operands(int8(1, 4), int8(2, 4)), float(1, 2)),
  ],
  [
    'missing-quantization',
    'the second operand is int8 but has no per-tensor scale and zero point',
    () => oneNode('mul', none, operands(int8(4), type('int8', [4])), int8(4)),
  ],
  [
    'missing-quantization',
    'the input is int8 but has no per-tensor scale and zero point',
    () => oneNode('tanh', {}, operands(type('int8', [2, 4], perAxis(0, [1, 2]))), int8(2, 4)),
  ],
  [
    'missing-quantization',
    'the output is int8 but has no per-tensor scale and zero point',
    () => oneNode('quantize', {}, operands(float(4)), scaled(0)),
  ],
  [
    'int32-zero-point',
    'the input is int32 with a zero point other than 0',
    () => oneNode('quantize', {}, operands(type('int32', [4], perTensor(0.1, 3))), int8(4)),
  ],
  ['scale-ratio', '1.07e+9 times', () => oneNode('quantize', {}, operands(scaled(2 ** 30)), scaled(1))],
  ['scale-ratio', '1.07e+9 times', () => oneNode('relu', {}, operands(scaled(2 ** 30)), scaled(1))],
  [
    'scale-ratio',
    '1.07e+9 times',
    () => oneNode('mul', none, operands(scaled(2 ** 30), scaled(1)), scaled(1)),
  ],
  ['scale-ratio', 'Infinity times', () => denseInt8(perAxis(0, [1, Infinity]), bias())],
  [
    'input-scale',
    'the input scale is too small for the fixed-point function',
    () => oneNode('logistic', {}, operands(scaled(1e-9)), scaled(1 / 256, -128)),
  ],
  [
    'input-scale',
    'the input scale is too small for the fixed-point function',
    () => oneNode('tanh', {}, operands(scaled(1e-9)), scaled(1 / 128)),
  ],
  [
    'input-scale',
    'beta × input scale is too small for the fixed-point softmax',
    () => oneNode('softmax', { beta: 1e-8 }, operands(int8(4)), scaled(1 / 256, -128)),
  ],
  [
    'softmax-depth',
    "rows have 512 values, but the sum of TensorFlow Lite Micro's int8 softmax holds 511",
    () => {
      const output = type('int8', [2, 512], perTensor(1 / 256, -128));
      return oneNode('softmax', { beta: 1 }, operands(int8(2, 512)), output);
    },
  ],
  [
    'output-scale',
    'the output scale is so small against the inputs that TensorFlow Lite Micro stops with an assertion',
    () => oneNode('add', none, operands(int8(4), int8(4)), scaled(5e-8)),
  ],
  [
    'log-softmax-depth',
    "rows have 4096 values, but the sum of TensorFlow Lite Micro's int8 log-softmax holds 4095",
    () => {
      const output = type('int8', [1, 4096], perTensor(1 / 16, 127));
      return oneNode('log_softmax', {}, operands(int8(1, 4096)), output);
    },
  ],
  [
    'input-scale',
    'the input scale is too small for the fixed-point log-softmax',
    () => oneNode('log_softmax', {}, operands(scaled(1e-9)), scaled(1 / 16, 127)),
  ],
  [
    'sum-overflow',
    'adds up 33 values, but the int32 sum of TensorFlow Lite Micro holds 31 with zero point 0',
    () =>
      oneNode(
        'cumsum',
        all,
        operands(type('int8', [33], perTensor(1, 0))),
        type('int8', [33], perTensor(1, 0)),
      ),
  ],
  [
    'output-scale',
    'the output scale is so small against the inputs that TensorFlow Lite Micro stops with an assertion',
    () => oneNode('cumsum', all, operands(int8(4)), scaled(5e-8)),
  ],
  [
    'scales-differ',
    'the operands have different scales or zero points',
    () => oneNode('add_n', {}, operands(int8(4), scaled(0.3)), int8(4)),
  ],
  [
    'output-scale',
    'the output scale is so small against the inputs that TensorFlow Lite Micro stops with an assertion',
    () => oneNode('sub', none, operands(int8(4), int8(4)), scaled(5e-8)),
  ],
  [
    'unsupported-quantization',
    'weights have 3 scales along axis 0 for 2 units',
    () => denseInt8(perAxis(0, [1, 1, 1]), bias()),
  ],
  [
    'unsupported-quantization',
    'weights have 4 scales along axis 1 for 2 units',
    () => denseInt8(perAxis(1, [1, 1, 1, 1]), bias()),
  ],
  [
    'unsupported-quantization',
    'weights have zero point 3; TensorFlow Lite Micro computes symmetric weights only',
    () =>
      oneNode(
        'fully_connected',
        dense,
        operands(int16(1, 0, 1, 4), type('int8', [2, 4], perTensor(0.1, 3))),
        int16(1, 0, 1, 2),
      ),
  ],
  [
    'unsupported-quantization',
    'the input is quantized per axis, which no kernel computes',
    () => denseInt8(perTensor(0.1, 0), bias(), type('int8', [1, 4], perAxis(0, [1]))),
  ],
  [
    'shape-mismatch',
    'weights have shape [2, 2, 2] instead of [units, depth]',
    () => oneNode('fully_connected', dense, operands(float(1, 4), float(2, 2, 2)), float(1, 2)),
  ],
  [
    'shape-mismatch',
    'bias has 3 values for 2 units',
    () => oneNode('fully_connected', dense, operands(float(1, 4), float(2, 4), float(3)), float(1, 2)),
  ],
  [
    'shape-mismatch',
    'input [4, 3] does not end in 4',
    () => oneNode('fully_connected', denseLast, operands(float(4, 3), float(2, 4)), float(3, 2)),
  ],
  [
    'shape-mismatch',
    'input [1, 3] is shorter than a row of 4 weights',
    () => oneNode('fully_connected', dense, operands(float(1, 3), float(2, 4)), float(1, 2)),
  ],
  [
    'shape-mismatch',
    'shapes [2, 3] and [2, 4] do not broadcast',
    () => oneNode('sub', none, operands(float(2, 3), float(2, 4)), float(2, 4)),
  ],
  [
    'shape-mismatch',
    'the input has shape [5, 5, 2] instead of four dimensions',
    () => oneNode('conv_2d', convolution, operands(float(5, 5, 2), float(2, 3, 3, 2)), float(3, 3, 2)),
  ],
  [
    'shape-mismatch',
    'a filter [4, 3, 3, 3] does not divide the depth of [1, 5, 5, 4]',
    () => oneNode('conv_2d', convolution, operands(float(1, 5, 5, 4), float(4, 3, 3, 3)), float(1, 3, 3, 4)),
  ],
  [
    'shape-mismatch',
    'a filter [3, 3, 3, 2] does not divide the depth of [1, 5, 5, 4]',
    () => oneNode('conv_2d', convolution, operands(float(1, 5, 5, 4), float(3, 3, 3, 2)), float(1, 3, 3, 3)),
  ],
  [
    'shape-mismatch',
    'a window that reaches over 6 pixels does not fit into an image of 5',
    () => oneNode('conv_2d', convolution, operands(float(1, 6, 5, 1), float(1, 6, 6, 1)), float(1, 1, 1, 1)),
  ],
  [
    'shape-mismatch',
    'a window that reaches over 3 pixels fits into a padding of 3',
    () => {
      const beside = { ...convolution, padding: { top: 0, bottom: 0, left: 1, right: 3 } } as const;
      return oneNode('conv_2d', beside, operands(float(1, 5, 5, 1), float(1, 3, 3, 1)), float(1, 3, 7, 1));
    },
  ],
  [
    'shape-mismatch',
    'a window that reaches over 2147483648 pixels does not fit into an image of 5',
    () => {
      const dilated = { ...convolution, padding: 'same', dilations: [1, 2 ** 31 - 1] } as const;
      return oneNode('conv_2d', dilated, operands(float(1, 5, 5, 1), float(1, 1, 2, 1)), float(1, 5, 5, 1));
    },
  ],
  [
    'shape-mismatch',
    'a filter [1, 3, 3, 3] does not make 2 channels of each of [1, 5, 5, 2]',
    () =>
      oneNode(
        'depthwise_conv_2d',
        depthwise,
        operands(float(1, 5, 5, 2), float(1, 3, 3, 3), float(3)),
        float(1, 3, 3, 3),
      ),
  ],
  [
    'missing-quantization',
    'the weights is int8 but has no per-tensor scale and zero point',
    () =>
      oneNode(
        'conv_2d',
        convolution,
        operands(int8(1, 5, 5, 2), type('int8', [4, 3, 3, 2])),
        int8(1, 3, 3, 4),
      ),
  ],
  [
    'unsupported-quantization',
    'weights have 2 scales along axis 3 for 4 units',
    () =>
      oneNode(
        'conv_2d',
        convolution,
        operands(int8(1, 5, 5, 2), type('int8', [4, 3, 3, 2], perAxis(3, [1, 1]))),
        int8(1, 3, 3, 4),
      ),
  ],
  [
    'shape-mismatch',
    'a filter [2, 3, 3, 3] does not make [1, 4, 4, 2] of [1, 4, 4, 2]',
    () =>
      oneNode(
        'transpose_conv',
        { ...strided, outputShape },
        operands(float(1, 4, 4, 2), float(2, 3, 3, 3)),
        float(...outputShape),
      ),
  ],
  [
    'scales-differ',
    'the output has scale 0.05999999865889549 and zero point 3, the input 0.05000000074505806 and 3',
    () => oneNode('max_pool_2d', pool, operands(int8(1, 2, 2, 1)), otherScale(1, 1, 1, 1)),
  ],
  [
    'scales-differ',
    'the output has scale 0.05000000074505806 and zero point 4, the input 0.05000000074505806 and 3',
    () =>
      oneNode(
        'reduce_max',
        { axes: [1], keepDims: false },
        operands(int8(2, 4)),
        type('int8', [2], perTensor(0.05, 4)),
      ),
  ],
  [
    'shape-mismatch',
    '[2, 4] has no axis 2',
    () => oneNode('sum', { axes: [2], keepDims: false }, operands(float(2, 4)), float(2, 4)),
  ],
  [
    'cell-scale',
    'the cell state has the scale 0.05000000074505806, where TensorFlow Lite Micro takes a power of two',
    () => {
      const matrices = Array<TensorType>(8).fill(type('int8', [1, 1], perTensor(0.05, 0)));
      const biases = Array<TensorType>(4).fill(type('int32', [1]));
      const states = [int8(1, 1), type('int16', [1, 1], perTensor(0.05, 0))];
      const all = operands(int8(1, 1, 1), ...matrices, ...biases, ...states);
      return oneNode('unidirectional_sequence_lstm', { cellClip: 0, timeMajor: false }, all, int8(1, 1, 1));
    },
  ],
  [
    'variable-zero-point',
    'the variable is int16 with a zero point other than 0',
    () => {
      const offset = type('int16', [2], perTensor(0.1, 3));
      return oneNode('read_variable', {}, operands(offset), offset);
    },
  ],
  [
    'scales-differ',
    'the variable has other scales and zero points than its value',
    () => oneNode('assign_variable', {}, operands(scaled(0.1), scaled(0.2)), scaled(0.1)),
  ],
  [
    'operand-count',
    'has no bias, which TensorFlow Lite Micro reads',
    () => {
      const [input, features, times, state] = operands(int8(1, 3), int8(2, 3), int8(2, 4), int8(1, 8));
      return oneNode('svdf', { rank: 1, ...none }, [input, features, times, undefined, state], int8(1, 2));
    },
  ],
  [
    'shape-mismatch',
    '3 filters are no multiple of the rank 2',
    () => {
      const [input, features, times, state] = operands(float(1, 3), float(3, 3), float(3, 4), float(1, 12));
      return oneNode('svdf', { rank: 2, ...none }, [input, features, times, undefined, state], float(1, 2));
    },
  ],
  [
    'shape-mismatch',
    'elements of the state of shape [1, 7] instead of [1, 8]',
    () => {
      const [input, features, times, state] = operands(float(1, 3), float(2, 3), float(2, 4), float(1, 7));
      return oneNode('svdf', { rank: 1, ...none }, [input, features, times, undefined, state], float(1, 2));
    },
  ],
  [
    'shape-mismatch',
    '[2, 3] has 6 elements, [7] has 7',
    () => oneNode('reshape', { newShape: [7] }, operands(float(2, 3)), float(7)),
  ],
];

function refusalOf(provoke: () => unknown): TinymlError {
  try {
    provoke();
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}

describe('refusals', () => {
  it.each(refusals)('%s: %s', (code, sentence, provoke) => {
    const { kind, code: actual, message } = refusalOf(provoke);
    expect([kind, actual]).toEqual(['unsupported', code]);
    expect(message).toMatch(/^operator 0 \([A-Z0-9_]+, "node"\): /);
    expect(message).toContain(sentence);
  });

  it('are all here', () => {
    const folder = new URL('../../src/ops/', import.meta.url);
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const codes = [...source.matchAll(/unsupportedError\(\s*'([a-z0-9-]+)'/g)].map(([, code]) => code);
    expect(new Set(refusals.map(([code]) => code))).toEqual(new Set(codes));
  });

  const seven = float(1, 1, 1, 1, 1, 1, 2);
  const inside: readonly (readonly [string, () => unknown])[] = [
    ['int16 scales that are 127 times the output scale', () => denseInt16(127)],
    ['a multiplier of 2^29', () => oneNode('quantize', {}, operands(scaled(2 ** 29)), scaled(1))],
    [
      'a quotient of 64 output scales',
      () => oneNode('div', none, operands(scaled(1), scaled(1)), scaled(1 / 64)),
    ],
    [
      'a compared scale of 0.999',
      () => oneNode('less', {}, operands(scaled(0.999), scaled(0.5)), type('bool', [4])),
    ],
    [
      'a fused limit of 2^31 steps less 66000',
      () => oneNode('mul', { activation: 'relu6' }, operands(scaled(1e-5), scaled(1e-5)), scaled(2.7941e-9)),
    ],
    ['an input scale of 2^-27.9', () => oneNode('tanh', {}, operands(scaled(4e-9)), scaled(1 / 128))],
    ['a small output scale', () => oneNode('add', none, operands(int8(4), int8(4)), scaled(1.1e-7))],
    ['a bias scale that is off by 0.016', () => denseInt8(perTensor(0.1, 0), bias(perTensor(0.0058, 0)))],
    [
      'pooling into a scale that differs by 1e-6',
      () => {
        const [from, to] = [1e-4, 1.009e-4].map((scale) => type('int8', [1, 2, 2, 1], perTensor(scale, 3)));
        return oneNode('average_pool_2d', { ...pool, padding: 'same' }, operands(from), to);
      },
    ],
    [
      'a depthwise convolution of one channel without a bias',
      () => {
        const one = { ...depthwise, depthMultiplier: 1 };
        return oneNode(
          'depthwise_conv_2d',
          one,
          operands(float(1, 3, 3, 1), float(1, 3, 3, 1)),
          float(1, 1, 1, 1),
        );
      },
    ],
    [
      'a scalar declared as one element',
      () => oneNode('sum', { axes: [0, 1], keepDims: false }, operands(float(2, 4)), float(1)),
    ],
    ['seven axes without broadcasting', () => oneNode('add', none, operands(seven, seven), seven)],
  ];
  it.each(inside)('spare %s', (_, provoke) => {
    expect(provoke).not.toThrow();
  });
});
