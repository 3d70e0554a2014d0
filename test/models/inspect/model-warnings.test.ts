import { describe, expect, it } from 'vitest';
import type { OperatorView, OutlineQuantization } from '../../../src/ir/outline.ts';
import { librarySupport } from '../../../src/models/inspect/library-support.ts';
import { modelWarnings } from '../../../src/models/inspect/model-warnings.ts';
import type { WarningFacts } from '../../../src/models/inspect/warnings/model-warning.ts';
import { outlineOf, tensor, view } from '../outlines.ts';

function facts(one: OperatorView, more: Partial<WarningFacts> = {}): WarningFacts {
  return { outline: outlineOf(one), operators: [one], constants: [], metadataNames: [], ...more };
}

function codes(one: OperatorView, more: Partial<WarningFacts> = {}): string[] {
  return modelWarnings(facts(one, more)).map(({ code }) => code);
}

function scaled(scale: number, zeroPoint: number): { readonly quantization: OutlineQuantization } {
  return { quantization: { scales: [scale], zeroPoints: [zeroPoint], axis: 0 } };
}

const int8 = tensor('int8', [1, 4]);
const float = tensor('float32', [1, 4]);
const weights = tensor('int8', [4, 4], { constant: true });
const perUnit = tensor('int8', [4, 4], {
  constant: true,
  quantization: { scales: [1, 2, 3, 4], zeroPoints: [0, 0, 0, 0], axis: 0 },
});
const depthwise = tensor('int8', [1, 3, 3, 4], { constant: true });
const bias = tensor('int32', [4], { constant: true });
const shape = tensor('int32', [4], { constant: true });
const other = scaled(0.01, -128);

const rank5 = tensor('int8', [1, 1, 2, 2, 2]);

describe('modelWarnings', () => {
  it.each<[string, OperatorView]>([
    ['hybrid', view('FULLY_CONNECTED', [float, weights, bias], [float])],
    ['hybrid', view('CONV_2D', [float, tensor('int4', [4], { constant: true })], [float])],
    ['hybrid', view('TRANSPOSE_CONV', [shape, depthwise, float], [float])],
    ['float16', view('DEQUANTIZE', [tensor('float16', [4], { constant: true })], [float])],
    ['uint8', view('FULLY_CONNECTED', [tensor('uint8', [1, 4]), weights], [tensor('uint8', [1, 4])])],
    ['fixed-output', view('SOFTMAX', [int8], [{ ...int8, ...other }])],
    ['fixed-output', view('LOGISTIC', [int8], [{ ...int8, ...scaled(1 / 256, 0) }])],
    ['fixed-output', view('TANH', [int8], [int8])],
    ['missing-bias', view('DEPTHWISE_CONV_2D', [int8, depthwise, undefined], [int8])],
    ['missing-bias', view('DEPTHWISE_CONV_2D', [int8, depthwise], [int8])],
    ['missing-bias', view('DEPTHWISE_CONV_2D', [float, tensor('float32', [4])], [float])],
    ['cmsis-nn-refuses', view('MAXIMUM', [rank5, rank5], [rank5])],
    ['empty-tensor', view('RESHAPE', [int8], [tensor('int8', [1, 0])])],
    ['no-tensor-size', view('RESHAPE', [int8], [{ ...int8, bytes: 0, unsized: 'holds variant' }])],
    ['flex-operators', view('CUSTOM', [int8], [int8], { customName: 'FlexErf' })],
    ['custom-operator', view('CUSTOM', [int8], [int8], { customName: 'Mine' })],
    ['per-channel-fully-connected', view('FULLY_CONNECTED', [int8, perUnit, bias], [int8])],
    ['cmsis-nn-differs', view('UNIDIRECTIONAL_SEQUENCE_LSTM', [int8], [int8])],
    ['cmsis-nn-differs', view('SVDF', [int8, weights, weights, bias, int8], [int8])],
    ['cmsis-nn-differs', view('TRANSPOSE_CONV', [shape, depthwise, int8], [int8], { clampsOutput: true })],
    ['senseless-numbers', view('RELU', [float, { ...float, storage: 'constant', nonFinite: true }], [float])],
    ['senseless-numbers', view('RELU', [{ ...int8, ...scaled(0, 0) }], [int8])],
    [
      'senseless-numbers',
      view('EMBEDDING_LOOKUP', [shape, { ...weights, ...scaled(Number.NaN, 0) }], [float]),
    ],
    [
      'shapes-contradict',
      view('SPACE_TO_BATCH_ND', [int8], [int8], {
        misfit: {
          code: 'shape-mismatch',
          reason: 'output is declared [1, 4], but its inputs make it [2, 4]',
        },
      }),
    ],
    ['coarse-input', view('RELU', [{ ...int8, ...scaled(0.2, 0) }], [int8])],
    ['coarse-input', view('RELU', [{ ...int8, ...scaled(1, 0) }], [int8])],
    ['coarse-logits', view('TANH', [{ ...int8, ...scaled(1, -128) }], [{ ...int8, ...scaled(1 / 128, 0) }])],
  ])('%s %#', (code, one) => {
    expect(codes(one)).toEqual([code]);
  });

  it.each<[string, OperatorView]>([
    [
      'float weights',
      view('FULLY_CONNECTED', [float, tensor('float32', [4, 4], { constant: true })], [float]),
    ],
    ['a table of integers', view('GATHER', [float, weights], [float])],
    ['int8 made float', view('DEQUANTIZE', [int8], [float])],
    ['uint8 made int8', view('QUANTIZE', [tensor('uint8', [4])], [int8])],
    [
      'logits in fine steps',
      view('LOGISTIC', [{ ...int8, ...scaled(0.1, 0) }], [{ ...int8, ...scaled(1 / 256, -128) }]),
    ],
    ['softmax as it must be', view('SOFTMAX', [int8], [int8])],
    ['a float softmax', view('SOFTMAX', [float], [float])],
    ['int8 softmax to int16', view('SOFTMAX', [int8], [tensor('int16', [4], scaled(1 / 65536, -32768))])],
    ['tanh as it must be', view('TANH', [int8], [{ ...int8, ...scaled(1 / 128, 0) }])],
    ['one channel without a bias', view('DEPTHWISE_CONV_2D', [int8, tensor('int8', [1, 3, 3, 1])], [int8])],
    ['a bias', view('DEPTHWISE_CONV_2D', [int8, depthwise, bias], [int8])],
    ['shape [0]', view('RESHAPE', [int8], [tensor('int8', [0])])],
    ['one scale for all units', view('FULLY_CONNECTED', [int8, weights, bias], [int8])],
    ['scales of a convolution', view('CONV_2D', [int8, perUnit, bias], [int8])],
    ['a float LSTM', view('UNIDIRECTIONAL_SEQUENCE_LSTM', [float], [float])],
    ['SVDF with an int16 state', view('SVDF', [int8, weights, weights, bias, tensor('int16', [4])], [int8])],
    [
      'a transposed convolution without an activation',
      view('TRANSPOSE_CONV', [shape, depthwise, int8], [int8]),
    ],
    ['raw pixels', view('RELU', [{ ...int8, ...scaled(1, -128) }], [int8])],
    ['a normalized input', view('RELU', [{ ...int8, ...scaled(0.03, 4) }], [int8])],
  ])('nothing about %s', (_, one) => {
    expect(codes(one)).toEqual([]);
  });

  it('tells of the container', () => {
    const one = view('RELU', [int8], [int8]);
    const offline = { outline: { ...outlineOf(one), offlinePlan: [0, -1] } };
    expect(codes(one, offline)).toEqual(['offline-plan']);
    expect(modelWarnings(facts(one, offline))[0].message).toContain('places for 1 of 2 tensors');
    expect(codes(one, { metadataNames: ['min_runtime_version'] })).toEqual([]);
    expect(codes(one, { metadataNames: ['COMPRESSION_METADATA'] })).toEqual(['compressed']);
  });

  it('tells of constants that a Cortex-M0 cannot read in place', () => {
    const one = view('RELU', [int8], [int8]);
    const at = (offset: number, elementBytes: number) => ({ offset, bytes: 8, elementBytes });
    expect(codes(one, { constants: [at(8, 4), at(12, 8), at(3, 1), at(6, 2)] })).toEqual([]);
    expect(modelWarnings(facts(one, { constants: [at(6, 4), at(3, 2), at(4, 4)] }))[0]).toMatchObject({
      code: 'unaligned-constants',
      message: expect.stringMatching(/^2 of 3 constants/),
    });
  });

  it('names the first few operators, the range of an input, and every warning once', () => {
    const one = view('FULLY_CONNECTED', [int8, perUnit, bias], [int8]);
    const relu = view('RELU', [int8], [int8]);
    const many = facts(one, { operators: [relu, one, ...Array.from({ length: 5 }, () => ({ ...one }))] });
    expect(modelWarnings(many)).toEqual([
      {
        code: 'per-channel-fully-connected',
        message:
          'The weights of FULLY_CONNECTED 1, FULLY_CONNECTED 2, FULLY_CONNECTED 3, FULLY_CONNECTED 4 and 2 more have a scale for every unit; the Arduino libraries take the first for all and give wrong results without an error.',
        hint: 'For Arduino write it anew with "tinyml convert --library chirale" (or arduino-tflm), which makes convolutions of them.',
      },
    ]);
    const coarse = view('RELU', [{ ...int8, name: 'acc"x', ...scaled(0.5, 28) }], [int8]);
    expect(modelWarnings(facts(coarse))[0].message).toBe(
      'The input "acc\\"x" covers -78 to 49.5 in 256 steps of 0.5; smaller differences are lost.',
    );
  });
});

it('no library has memory for a tensor without a size, whoever uses it', () => {
  const unused = { ...int8, bytes: 0, unsized: 'holds variant' };
  const { subgraphs } = outlineOf(view('RELU', [int8], [int8]));
  const outline = { subgraphs: [{ ...subgraphs[0], tensors: [...subgraphs[0].tensors, unused] }] };
  expect(librarySupport(outline).map(({ ok }) => ok)).toEqual([false, false, false]);
  expect(librarySupport({ subgraphs }).map(({ ok }) => ok)).toEqual([true, true, true]);
});

it('says how recurrent layers lose the operators of TensorFlow', () => {
  const hintOf = (customName: string) =>
    modelWarnings(facts(view('CUSTOM', [int8], [int8], { customName })))[0].hint;
  expect(hintOf('FlexTensorListReserve')).toContain('unroll=True');
  expect(hintOf('FlexErf')).not.toContain('unroll');
});
