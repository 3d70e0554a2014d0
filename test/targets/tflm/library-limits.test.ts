import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import type { OperatorView, OutlineTensor } from '../../../src/ir/outline.ts';
import { libraryObjection, limitsOf } from '../../../src/targets/tflm/library-limits.ts';
import { LIBRARIES, TFLM_OPERATORS } from '../../../src/targets/tflm/operators.ts';
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
const offsetDense = (zeroPoint: number, constant: boolean): OperatorView =>
  view(
    'FULLY_CONNECTED',
    [
      int8(0.5, 1, 4),
      tensor('int8', [2, 4], { ...quantized(0.1, zeroPoint), constant }),
      tensor('int32', [2], quantized(0.05)),
    ],
    [int8(0.5, 1, 2)],
  );
const softmax = (scale: number, zeroPoint: number): OperatorView =>
  view('SOFTMAX', [int8(0.1, 1, 4)], [tensor('int8', [1, 4], quantized(scale, zeroPoint))]);
const share = (scale: number): OperatorView =>
  view('SOFTMAX', [int8(0.1, 1, 4)], [tensor('int16', [1, 4], quantized(scale, -32768))]);
const int16 = (scale: number, zeroPoint: number, ...shape: number[]) =>
  tensor('int16', shape, quantized(scale, zeroPoint));
const pair = (name: string, zeroPoint: number, shape: readonly number[] = [1, 4]): OperatorView =>
  view(name, [int16(0.01, 0, 4), int16(0.01, zeroPoint, ...shape)], [int16(0.02, 0, ...shape)]);
const sigmoid = (scale: number): OperatorView =>
  view('LOGISTIC', [int16(scale, 0, 4)], [int16(1 / 32768, 0, 4)]);
const transposed = (...bias: readonly OutlineTensor[]): OperatorView => {
  const image = tensor('int16', [1, 2, 2, 1], quantized(0.5));
  const filter = tensor('int8', [1, 2, 2, 1], { ...quantized(0.1), constant: true });
  return view('TRANSPOSE_CONV', [ints(4), filter, image, ...bias], [image]);
};
const ints = (...shape: number[]) => tensor('int32', shape, { constant: true });
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
  ['ADD of int16 and a far zero point', pair('ADD', -32767), pair('ADD', -32766), /beyond ±32766/],
  ['ADD of int16, the same side', pair('ADD', 32767), pair('ADD', 32767, [3, 4]), /beyond ±32766/],
  ['SUB of int16 and a zero point', pair('SUB', 1), pair('SUB', 0), /a zero point other than 0/],
  ['SUB of int16, one shape', pair('SUB', -1), pair('SUB', -1, [3, 4]), /unless an operand is broadcast/],
  ['LOGISTIC of int16', sigmoid(2.667), sigmoid(2.666), /an input scale of 8\/3 or more/],
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
    view('MEAN', [float(1, 1, 1, 1, 2), ints(5)], [float(1)]),
    view('MEAN', [float(1, 1, 1, 1, 2), ints(4)], [float(2)]),
    /4 axes/,
  ],
  [
    'PAD',
    view('PAD', [float(...six), ints(6, 2)], [float(...six)]),
    view('PAD', [float(...six.slice(1)), ints(5, 2)], [float(...six.slice(1))]),
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
    view('RESIZE_BILINEAR', [float(1, 1, 1, 1), ints(2)], [float(1, 1, 2 ** 20 + 1, 1)]),
    view('RESIZE_BILINEAR', [float(1, 1, 1, 1), ints(2)], [float(1, 1, 2 ** 20, 1)]),
    /1048576 pixels/,
  ],
  [
    'FULLY_CONNECTED by weights with a zero point',
    offsetDense(3, true),
    offsetDense(0, true),
    /stops with an assertion .* other than 0; "tinyml convert" writes/,
  ],
  [
    'FULLY_CONNECTED by computed weights with a zero point',
    offsetDense(3, false),
    offsetDense(0, false),
    /stops with an assertion at weights that have a zero point other than 0\.$/,
  ],
  [
    'SLICE',
    view('SLICE', [float(...six), ints(6), ints(6)], [float(1)]),
    view('SLICE', [float(1), ints(1), ints(1)], [float(1)]),
    /5 dimensions/,
  ],
  [
    'TRANSPOSE_CONV of int16',
    transposed(tensor('int32', [1], { ...quantized(0.05), constant: true })),
    transposed(tensor('int64', [1], { ...quantized(0.05), constant: true })),
    /reads the bias as int64, and here it is int32/,
  ],
  [
    'a bias of more than 48 bits',
    transposed(tensor('int64', [1], { ...quantized(0.05), constant: true, beyond48Bits: true })),
    transposed(tensor('int64', [1], { ...quantized(0.05), constant: true })),
    /asserts that sums have 48 bits at most/,
  ],
  ['SOFTMAX of another scale', softmax(1 / 255, -128), softmax(1 / 256, -128), /1\/256/],
  ['SOFTMAX to int16 of another scale', share(1.002 / 65536), share(1.0009 / 65536), /1\/65536/],
  ['SOFTMAX of another zero point', softmax(1 / 256, 0), softmax(1 / 256, -128), /-128/],
  [
    'SPACE_TO_BATCH_ND',
    view('SPACE_TO_BATCH_ND', [float(1, 3, 1), ints(1), ints(1, 2)], [float(2, 2, 1)]),
    view('SPACE_TO_BATCH_ND', [float(1, 4, 1), ints(1), ints(1, 2)], [float(2, 2, 1)]),
    /never sets the value/,
  ],
  [
    'STRIDED_SLICE',
    view('STRIDED_SLICE', [float(1, 1, 1, 1, 2), ints(5), ints(5), ints(5)], [float(1)]),
    view('STRIDED_SLICE', [float(1, 1, 1, 2), ints(4), ints(4), ints(4)], [float(1)]),
    /4 dimensions/,
  ],
  [
    'TRANSPOSE',
    view('TRANSPOSE', [float(...six), ints(6)], [float(...six)]),
    view('TRANSPOSE', [float(1, 1, 1, 1, 2), ints(5)], [float(2)]),
    /5 dimensions/,
  ],
];

/** Which operand is a bias, or counts axes. */
const INTEGER_OPERANDS: Readonly<Record<string, number>> = {
  DEPTHWISE_CONV_2D: 2,
  FULLY_CONNECTED: 2,
  MEAN: 1,
};

describe('libraryObjection', () => {
  it.each(EVERYWHERE)('%s, of every library', (_, refused, accepted, sentence) => {
    for (const library of LIBRARIES) expect(libraryObjection(library, refused)?.sentence).toMatch(sentence);
    expect(libraryObjection('tflm', accepted)?.sentence).toBeUndefined();
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
    for (const library of LIBRARIES) expect(libraryObjection(library, view)?.sentence).toMatch(sentence);
  });

  it('TRANSPOSE_CONV of int16 without a bias, of the Arduino libraries', () => {
    expect(libraryObjection('tflm', transposed())?.sentence).toBeUndefined();
    for (const library of ['arduino-tflm', 'chirale'] as const) {
      expect(libraryObjection(library, transposed())?.sentence).toMatch(/a bias that is not there/);
      expect(
        libraryObjection(library, transposed(tensor('int64', [1], quantized(0.05))))?.sentence,
      ).toBeUndefined();
    }
  });

  it('ADD of int16 with zero points, of the Arduino libraries', () => {
    const [offset, symmetric] = [7, 0].map((zeroPoint) => pair('ADD', zeroPoint));
    expect(libraryObjection('tflm', offset)?.sentence).toBeUndefined();
    for (const library of ['arduino-tflm', 'chirale'] as const) {
      expect(libraryObjection(library, offset)?.sentence).toBe('Its ADD of int16 wants zero points of 0.');
      expect(libraryObjection(library, symmetric)?.sentence).toBeUndefined();
    }
  });

  it.each(REFUSED_BY_ARDUINO)('%s %j, of the Arduino libraries', (name, shapes, outputShape, sentence) => {
    const typed = (shape: readonly number[]) => int8(1, ...shape);
    const operands = shapes.map((shape, position) =>
      INTEGER_OPERANDS[name] === position
        ? tensor('int32', shape, { constant: true, ...quantized(1) })
        : typed(shape),
    );
    const operator = view(name, operands, [typed(outputShape)]);
    expect(libraryObjection('tflm', operator)?.sentence).toBeUndefined();
    expect(libraryObjection('arduino-tflm', operator)?.sentence).toMatch(sentence);
    expect(libraryObjection('chirale', operator)?.sentence).toMatch(sentence);
  });

  it('knows the types of every operator that TensorFlow Lite Micro has', () => {
    const without = TFLM_OPERATORS.filter((operator) => (limitsOf(operator)?.types.length ?? 0) === 0);
    expect(without).toEqual([]);
  });

  it('calls what has no row not known', () => {
    expect(libraryObjection('tflm', view('TILE', [float(1), ints(1)], [float(2)]))?.sentence).toBe(
      'What it makes of TILE is not known.',
    );
  });
});

/** What Prepare refuses by name, each with its operands and the position of the one that must be a constant. */
const CONSTANTS: readonly (readonly [string, readonly OutlineTensor[], number, string])[] = [
  ['BROADCAST_TO', [float(2), ints(2)], 1, 'shape'],
  ['EXPAND_DIMS', [float(2), ints()], 1, 'axis'],
  ['FILL', [ints(2), float()], 0, 'dims'],
  ['PAD', [float(2), ints(1, 2)], 1, 'paddings'],
  ['PADV2', [float(2), ints(1, 2), float()], 1, 'paddings'],
  ['RESIZE_BILINEAR', [float(1, 2, 2, 1), ints(2)], 1, 'size'],
  ['RESIZE_NEAREST_NEIGHBOR', [float(1, 2, 2, 1), ints(2)], 1, 'size'],
  ['SPLIT', [ints(), float(2)], 0, 'axis'],
  ['SPLIT_V', [float(2), ints(2), ints()], 2, 'axis'],
  ['STRIDED_SLICE', [float(2), ints(1), ints(1), ints(1)], 1, 'begin'],
  ['STRIDED_SLICE', [float(2), ints(1), ints(1), ints(1)], 2, 'end'],
  ['STRIDED_SLICE', [float(2), ints(1), ints(1), ints(1)], 3, 'strides'],
  ['TRANSPOSE', [float(2, 2), ints(2)], 1, 'perm'],
];

describe('parameters that must be constants', () => {
  it.each(CONSTANTS)('%s, operand %#', (name, operands, position, called) => {
    const computed = operands.map((operand, at) =>
      at === position ? tensor('int32', operand.shape) : operand,
    );
    const output = float(1, 2, 2, 1);
    for (const library of LIBRARIES) {
      expect(libraryObjection(library, view(name, operands, [output]))?.sentence ?? '').not.toMatch(
        /constant/,
      );
      expect(libraryObjection(library, view(name, computed, [output]))?.sentence).toBe(
        `Its ${name} wants constant ${called}, and here they are computed.`,
      );
    }
  });
});

/** An operator of each kind of signature, with types it takes and the nearest that it does not. */
const TYPES: readonly (readonly [
  string,
  taken: readonly (readonly string[])[],
  refused: readonly (readonly string[])[],
])[] = [
  [
    'SOFTMAX',
    [
      ['int8', 'int8'],
      ['int8', 'int16'],
    ],
    [
      ['uint8', 'uint8'],
      ['int16', 'int8'],
      ['float32', 'int8'],
    ],
  ],
  [
    'CONV_2D',
    [['int8', 'int4', 'int32', 'int8']],
    [
      ['bool', 'bool', 'int32', 'bool'],
      ['int8', 'int8', 'int64', 'int8'],
      ['uint8', 'uint8', 'int32', 'uint8'],
    ],
  ],
  [
    'CONCATENATION',
    [['bool', 'bool', 'bool', 'bool']],
    [
      ['uint8', 'uint8'],
      ['int16', 'int8', 'int16'],
    ],
  ],
  [
    'QUANTIZE',
    [
      ['int8', 'uint8'],
      ['uint8', 'int8'],
      ['int32', 'int16'],
    ],
    [
      ['float32', 'uint8'],
      ['int16', 'uint8'],
    ],
  ],
  [
    'RESHAPE',
    [
      ['uint8', 'int32', 'uint8'],
      ['bool', 'bool'],
    ],
    [
      ['int8', 'int32', 'int16'],
      ['int4', 'int4'],
    ],
  ],
  [
    'GREATER',
    [['int8', 'int8', 'bool']],
    [
      ['int16', 'int16', 'bool'],
      ['int8', 'int8', 'int8'],
    ],
  ],
];

describe('types', () => {
  it.each(TYPES)('%s', (name, taken, refused) => {
    const typed = (dtypes: readonly string[]): OperatorView => {
      const { quantization: _, ...output } = tensor(dtypes.at(-1) ?? '', [4]);
      const inputs = dtypes.slice(0, -1).map((dtype) => tensor(dtype, [4]));
      return view(name, inputs, [
        { ...output, quantization: { scales: [1 / 256], zeroPoints: [-128], axis: 0 } },
      ]);
    };
    for (const dtypes of taken)
      expect(libraryObjection('tflm', typed(dtypes))?.sentence ?? '').not.toMatch(/does not take/);
    for (const dtypes of refused)
      expect(libraryObjection('tflm', typed(dtypes))?.sentence).toMatch(/does not take/);
  });
});
