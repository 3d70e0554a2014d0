import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import type { OperatorView } from '../../../src/ir/outline.ts';
import { libraryRefusal } from '../../../src/targets/tflm/library-limits.ts';
import { LIBRARIES } from '../../../src/targets/tflm/operators.ts';
import { recordedModel } from '../../conformance/recorded.ts';
import { tensor, view } from '../../models/outlines.ts';
import { NO_SHARED } from '../../shared.ts';

/** What TFLM refused when these were recorded, as far as types, shapes and scales show it. */
const REFUSED: readonly (readonly [name: string, sentence: RegExp])[] = [
  ['avgpool_uint8', /uint8/],
  ['bmm_16x8', /one type/],
  ['concat_int8_rescale', /scale and zero point of the output/],
  ['concat_scale_x2', /scale and zero point of the output/],
  ['dequantize_f16', /float16/],
  ['dwconv_16x8_bias32', /int64/],
  ['dwconv_hybrid', /float32 by integer weights/],
  ['fc_hybrid_f32_int4', /float32 by integer weights/],
  ['fc_hybrid_f32_int8', /float32 by integer weights/],
  ['hard_swish_int16', /int16/],
  ['logistic_int8_zp0', /-128/],
  ['maxpool_int8_rescale', /change the scale/],
  ['quantize_f32_uint8', /uint8/],
  ['softmax_int8_zp0', /1\/256/],
  ['tconv_hybrid', /float32 by integer weights/],
];

/** What recorded models lack, and TFLM itself has no objection to. */
const REFUSED_BY_ARDUINO: readonly (readonly [
  name: string,
  shapes: readonly (readonly number[])[],
  output: readonly number[],
  sentence: RegExp,
])[] = [
  [
    'DEPTHWISE_CONV_2D',
    [
      [1, 8, 8, 1],
      [1, 3, 3, 1],
    ],
    [1, 6, 6, 1],
    /without a bias/,
  ],
  ['DEPTHWISE_CONV_2D', [[2, 8, 8, 2], [1, 3, 3, 2], [2]], [2, 6, 6, 2], /batch/],
  ['FULLY_CONNECTED', [[8], [4, 8], [4]], [4], /dimensions/],
  ['MAX_POOL_2D', [[2, 4, 4, 2]], [2, 2, 2, 2], /first example/],
  ['MEAN', [[2, 3, 4, 5], [3]], [2], /2 axes/],
  [
    'MUL',
    [
      [1, 2, 3, 4, 5],
      [1, 1, 1, 1, 5],
    ],
    [1, 2, 3, 4, 5],
    /4 dimensions/,
  ],
];

const quantized = (scale: number, zeroPoint = 0) => ({
  quantization: { scales: [scale], zeroPoints: [zeroPoint], axis: 0 },
});
const float = (...shape: number[]) => tensor('float32', shape);
const int8 = (scale: number, ...shape: number[]) => tensor('int8', shape, quantized(scale));
const dense = (bias: number): OperatorView => {
  const int32 = tensor('int32', [2], quantized(bias));
  return view('FULLY_CONNECTED', [int8(0.5, 1, 4), int8(0.1, 2, 4), int32], [int8(0.5, 1, 2)]);
};
const softmax = (scale: number, zeroPoint: number): OperatorView =>
  view('SOFTMAX', [int8(0.1, 1, 4)], [tensor('int8', [1, 4], quantized(scale, zeroPoint))]);
const six = [1, 1, 1, 1, 1, 2];
const seven = [1, ...six];

/** What every library refuses, each beside its nearest neighbour that runs. */
const EVERYWHERE: readonly (readonly [string, OperatorView, OperatorView, RegExp])[] = [
  [
    'ADD',
    view('ADD', [float(...seven), float(1)], [float(...seven)]),
    view('ADD', [float(...seven), float(...seven)], [float(...seven)]),
    /6 dimensions/,
  ],
  [
    'CONCATENATION of many',
    view('CONCATENATION', new Array(11).fill(float(1)), [float(11)]),
    view('CONCATENATION', new Array(10).fill(float(1)), [float(10)]),
    /at most 10/,
  ],
  [
    'CONCATENATION of many axes',
    view('CONCATENATION', [float(...seven)], [float(...seven)]),
    view('CONCATENATION', [float(...six)], [float(...six)]),
    /6 dimensions/,
  ],
  [
    'DEPTHWISE_CONV_2D',
    view('DEPTHWISE_CONV_2D', [float(1, 5, 5, 2), float(1, 3, 3, 2)], [float(1, 3, 3, 2)]),
    view('DEPTHWISE_CONV_2D', [float(1, 5, 5, 2), float(1, 3, 3, 2), float(2)], [float(1, 3, 3, 2)]),
    /without a bias/,
  ],
  ['FULLY_CONNECTED', dense(0.0601), dense(0.0599), /product of the scales/],
  [
    'LOGISTIC',
    view('LOGISTIC', [int8(0.1, 4)], [int8(1 / 256, 4)]),
    view('LOGISTIC', [int8(0.1, 4)], [tensor('int8', [4], quantized(1 / 128, -128))]),
    /zero point -128/,
  ],
  [
    'MEAN',
    view('MEAN', [float(1, 1, 1, 1, 2), tensor('int32', [5])], [float(1)]),
    view('MEAN', [float(1, 1, 1, 1, 2), tensor('int32', [4])], [float(2)]),
    /4 axes/,
  ],
  [
    'PAD',
    view('PAD', [float(...six)], [float(...six)]),
    view('PAD', [float(...six.slice(1))], [float(...six.slice(1))]),
    /5 dimensions/,
  ],
  [
    'PRELU',
    view('PRELU', [float(1, 1, 1, 1, 2), float(2)], [float(1, 1, 1, 1, 2)]),
    view('PRELU', [float(1, 1, 1, 2), float(2)], [float(1, 1, 1, 2)]),
    /4 dimensions/,
  ],
  [
    'RESIZE_BILINEAR',
    view('RESIZE_BILINEAR', [float(1, 1, 1, 1)], [float(1, 1, 2 ** 20 + 1, 1)]),
    view('RESIZE_BILINEAR', [float(1, 1, 1, 1)], [float(1, 1, 2 ** 20, 1)]),
    /1048576 pixels/,
  ],
  [
    'SLICE',
    view('SLICE', [float(...six)], [float(1)]),
    view('SLICE', [float(1)], [float(1)]),
    /5 dimensions/,
  ],
  ['SOFTMAX of another scale', softmax(1 / 255, -128), softmax(1 / 256, -128), /1\/256/],
  ['SOFTMAX of another zero point', softmax(1 / 256, 0), softmax(1 / 256, -128), /-128/],
  [
    'SPACE_TO_BATCH_ND',
    view('SPACE_TO_BATCH_ND', [float(1, 3, 1)], [float(2, 2, 1)]),
    view('SPACE_TO_BATCH_ND', [float(1, 4, 1)], [float(2, 2, 1)]),
    /never sets the value/,
  ],
  [
    'STRIDED_SLICE',
    view('STRIDED_SLICE', [float(1, 1, 1, 1, 2)], [float(1)]),
    view('STRIDED_SLICE', [float(1, 1, 1, 2)], [float(1)]),
    /4 dimensions/,
  ],
  [
    'TRANSPOSE',
    view('TRANSPOSE', [float(...six)], [float(...six)]),
    view('TRANSPOSE', [float(1, 1, 1, 1, 2)], [float(2)]),
    /5 dimensions/,
  ],
];

describe('libraryRefusal', () => {
  it.each(EVERYWHERE)('%s, of every library', (_, refused, accepted, sentence) => {
    for (const library of LIBRARIES) expect(libraryRefusal(library, refused)).toMatch(sentence);
    expect(libraryRefusal('tflm', accepted)).toBeUndefined();
  });

  it.for(REFUSED)('%s, of every library', ([name, sentence], { skip }) => {
    const path = recordedModel(name);
    if (path === undefined) return skip(NO_SHARED);
    const [{ operators, tensors }] = readOutline(readFileSync(path)).outline.subgraphs;
    const [operator] = operators;
    const view = {
      operator,
      inputs: operator.inputs.map((index) => (index === undefined ? undefined : tensors[index])),
      outputs: operator.outputs.map((index) => tensors[index]),
    };
    for (const library of LIBRARIES) expect(libraryRefusal(library, view)).toMatch(sentence);
  });

  it.each(REFUSED_BY_ARDUINO)('%s %j, of the Arduino libraries', (name, shapes, outputShape, sentence) => {
    const typed = (shape: readonly number[]) => {
      const { quantization: _, ...unquantized } = tensor('int8', shape);
      return unquantized;
    };
    const operator = view(name, shapes.map(typed), [typed(outputShape)]);
    expect(libraryRefusal('tflm', operator)).toBeUndefined();
    expect(libraryRefusal('arduino-tflm', operator)).toMatch(sentence);
    expect(libraryRefusal('chirale', operator)).toMatch(sentence);
  });
});
