import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { importTflite, readTflite } from '../../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { readTflmModel } from '../../../src/models/tflm-model.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  fileOf,
  int32s,
  type OperatorOf,
  type TensorOf,
} from './file-of.ts';

const { CONV_2D, FULLY_CONNECTED, DEQUANTIZE, SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND, EXPAND_DIMS, RESHAPE } =
  BuiltinOperator;

function refusal(read: () => unknown): TinymlError {
  try {
    read();
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const MEND_FLOAT =
  'Mend it with "tinyml convert MODEL --float -o float.tflite", or make it int8 with --int8 --calibration x.npy.';

function run(graph: Graph, input: Float32Array | Int8Array): number[] {
  return Array.from(createInterpreter(graph).invoke([input])[0] as Float32Array);
}

/** y = W x + b with weights in any form. */
function dense(weights: readonly TensorOf[], operators: readonly OperatorOf[], from: number): Uint8Array {
  return fileOf({
    tensors: [
      { shape: [1, 2] },
      { shape: [1, 3] },
      { shape: [3], data: Float32Array.of(1, 0, -1) },
      ...weights,
    ],
    operators: [...operators, { code: FULLY_CONNECTED, inputs: [0, from, 2], outputs: [1] }],
    outputs: [1],
  });
}

const INT8: TensorOf = { type: 'int8', shape: [3, 2], data: Int8Array.of(1, 2, 3, 4, -5, -6) };

describe('weights that are stored smaller', () => {
  it.each<[string, Uint8Array, string | undefined]>([
    [
      'int8 weights of a float operator',
      dense([{ ...INT8, scale: 0.5 }], [], 3),
      'float32 input with int8 weights',
    ],
    [
      'int8 weights with a scale for each unit',
      dense([{ ...INT8, scale: [0.5, 0.5, 0.5] }], [], 3),
      'float32 input with int8 weights',
    ],
    [
      'uint8 weights with a zero point',
      dense(
        [{ type: 'uint8', shape: [3, 2], scale: 0.5, zeroPoint: 6, data: Uint8Array.of(7, 8, 9, 10, 1, 0) }],
        [],
        3,
      ),
      'float32 input with uint8 weights',
    ],
    [
      'DEQUANTIZE of float16',
      dense(
        [
          // 0.5, 1, 1.5, 2, -2.5, -3
          {
            type: 'float16',
            shape: [3, 2],
            data: Uint16Array.of(0x3800, 0x3c00, 0x3e00, 0x4000, 0xc100, 0xc200),
          },
          { shape: [3, 2] },
        ],
        [{ code: DEQUANTIZE, inputs: [3], outputs: [4] }],
        4,
      ),
      'holds float16',
    ],
    [
      'DEQUANTIZE of int8',
      dense(
        [{ ...INT8, scale: 0.5 }, { shape: [3, 2] }],
        [{ code: DEQUANTIZE, inputs: [3], outputs: [4] }],
        4,
      ),
      undefined,
    ],
  ])('%s are float32 for a conversion, and refused by a chip', async (_, bytes, message) => {
    const graph = importTflite(bytes);
    expect(run(graph, Float32Array.of(10, 1))).toEqual([7, 17, -29]);
    const { bytes: written } = await convertModel(graph, { type: 'float' });
    expect(run(readTflmModel(written).graph, Float32Array.of(10, 1))).toEqual([7, 17, -29]);
    // TensorFlow Lite Micro computes DEQUANTIZE of int8, and then with weights that it computed.
    if (message === undefined) return;
    const error = refusal(() => readTflite(bytes));
    expect(error.message).toContain(message);
    expect(error.hint).toBe(MEND_FLOAT);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('of %s are called what they are', (value) => {
    const bytes = dense([{ shape: [3, 2], data: Float32Array.of(1, 2, value, 4, 5, 6) }], [], 3);
    expect(refusal(() => importTflite(bytes))).toMatchObject({
      code: 'weight-not-finite',
      message: `operator 0 (FULLY_CONNECTED, "tensor 1"): its weights "tensor 3" are not finite (${value} at index 2): the training of the model diverged`,
    });
  });

  it('are restored once for all that read them', () => {
    const tensors: TensorOf[] = [
      { shape: [1, 2] },
      { type: 'int8', shape: [2, 2], scale: 1, data: Int8Array.of(1, 2, 3, 4) },
      { shape: [1, 2] },
      { shape: [1, 2] },
    ];
    const graph = importTflite(
      fileOf({
        tensors,
        operators: [
          { code: FULLY_CONNECTED, inputs: [0, 1], outputs: [2] },
          { code: FULLY_CONNECTED, inputs: [2, 1], outputs: [3] },
        ],
        outputs: [3],
      }),
    );
    expect(graph.nodes.map(({ inputs }) => inputs[1])).toEqual([4, 4]);
  });

  it('reads every float16', () => {
    const halves = [0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x3555, 0xfbff];
    const values = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, 0.333251953125, -65504];
    const bytes = fileOf({
      tensors: [
        { shape: [1, 8] },
        { type: 'float16', shape: [8], data: Uint16Array.from(halves) },
        { shape: [8] },
        { shape: [1, 8] },
      ],
      operators: [
        { code: DEQUANTIZE, inputs: [1], outputs: [2] },
        { code: BuiltinOperator.ADD, inputs: [0, 2], outputs: [3] },
      ],
      outputs: [3],
    });
    expect([...(getValue(importTflite(bytes), 2).data as Float32Array)]).toEqual(values);
  });

  it('float16 that is computed stays refused, without a hint that leads back', () => {
    const bytes = fileOf({
      tensors: [{ type: 'float16', shape: [1, 2] }, { shape: [1, 2] }],
      operators: [{ code: DEQUANTIZE, inputs: [0], outputs: [1] }],
      outputs: [1],
    });
    const hint = 'Convert the Keras or TensorFlow model again, in float32 or int8.';
    expect(refusal(() => importTflite(bytes)).hint).toBe(hint);
    expect(refusal(() => readTflite(bytes)).hint).toBe(hint);
  });
});

const LENGTH = 8;
const quantized = { type: 'int8', scale: 0.5, zeroPoint: 3 } as const;
const KERNEL = Int8Array.of(1, -2, 3, 2, 0, -1);

/** A causal convolution of two taps in every other place, as TensorFlow writes it of a free batch: wrong behind the first. */
function dilated(batch: number): Uint8Array {
  return fileOf({
    tensors: [
      { ...quantized, shape: [batch, LENGTH, 1] },
      int32s(2),
      { type: 'int32', shape: [1, 2], data: Int32Array.of(4, 0) },
      { ...quantized, shape: [batch, 6, 1] },
      { type: 'int32', shape: [], data: Int32Array.of(1) },
      { ...quantized, shape: [batch, 1, 6, 1] },
      { type: 'int8', scale: 0.25, shape: [2, 1, 3, 1], data: KERNEL },
      { type: 'int32', scale: 0.125, shape: [2], data: Int32Array.of(5, -7) },
      { ...quantized, shape: [batch, 1, 4, 2] },
      int32s(-1, 4, 2),
      { ...quantized, shape: [batch, 4, 2] },
      { type: 'int32', shape: [1, 2], data: Int32Array.of(0, 0) },
      { ...quantized, shape: [batch, LENGTH, 2] },
    ],
    operators: [
      { code: SPACE_TO_BATCH_ND, inputs: [0, 1, 2], outputs: [3] },
      { code: EXPAND_DIMS, inputs: [3, 4], outputs: [5] },
      {
        code: CONV_2D,
        inputs: [5, 6, 7],
        outputs: [8],
        options: [
          BuiltinOptions.Conv2DOptions,
          (file) => file.table('Conv2DOptions', { padding: 1, stride_w: 1, stride_h: 1 }),
        ],
      },
      { code: RESHAPE, inputs: [8, 9], outputs: [10] },
      { code: BATCH_TO_SPACE_ND, inputs: [10, 1, 11], outputs: [12] },
    ],
    outputs: [12],
  });
}

/** The same in one CONV_2D with a dilation, whose shapes nobody can get wrong. */
function dilatedAtOnce(): Uint8Array {
  return fileOf({
    tensors: [
      { ...quantized, shape: [1, LENGTH, 1] },
      { type: 'int32', shape: [3, 2], data: Int32Array.of(0, 0, 4, 0, 0, 0) },
      { ...quantized, shape: [1, LENGTH + 4, 1] },
      { ...quantized, shape: [1, 1, LENGTH + 4, 1] },
      { type: 'int8', scale: 0.25, shape: [2, 1, 3, 1], data: KERNEL },
      { type: 'int32', scale: 0.125, shape: [2], data: Int32Array.of(5, -7) },
      { ...quantized, shape: [1, 1, LENGTH, 2] },
    ],
    operators: [
      { code: BuiltinOperator.PAD, inputs: [0, 1], outputs: [2] },
      { code: RESHAPE, inputs: [2], outputs: [3] },
      {
        code: CONV_2D,
        inputs: [3, 4, 5],
        outputs: [6],
        options: [
          BuiltinOptions.Conv2DOptions,
          (file) =>
            file.table('Conv2DOptions', {
              padding: 1,
              stride_w: 1,
              stride_h: 1,
              dilation_w_factor: 2,
              dilation_h_factor: 1,
            }),
        ],
      },
    ],
    outputs: [6],
  });
}

describe('declared shapes that contradict the inputs', () => {
  it('are repaired where the batch is 1, and the file that is written runs', async () => {
    const { bytes } = await convertModel(importTflite(dilated(1)));
    const { graph } = readTflmModel(bytes);
    const shapes = graph.nodes.map(({ kind, outputs: [output] }) => [
      kind,
      getValue(graph, output).type.shape,
    ]);
    expect(shapes).toEqual([
      ['pad', [1, 12, 1]],
      ['space_to_batch_nd', [2, 6, 1]],
      ['expand_dims', [2, 1, 6, 1]],
      ['conv_2d', [2, 1, 4, 2]],
      ['reshape', [2, 4, 2]],
      ['batch_to_space_nd', [1, 8, 2]],
    ]);
    const input = Int8Array.of(0, 10, -20, 30, 40, -50, 60, 127);
    expect(run(graph, input)).toEqual(run(readTflite(dilatedAtOnce()).graph, input));
  });

  it('are refused where the file is taken as it is, with the way out', () => {
    const error = refusal(() => readTflmModel(dilated(1)));
    expect(error.message).toContain('output is declared [1, 6, 1], but its inputs make it [2, 6, 1]');
    expect(error.hint).toBe('Mend it with "tinyml convert MODEL -o mended.tflite".');
  });

  it('are not repaired into more than any chip holds', () => {
    const paddings = (most: number): TensorOf => ({
      type: 'int32',
      shape: [2, 2],
      data: Int32Array.of(0, 0, most, 0),
    });
    const padded = (most: number): Uint8Array =>
      fileOf({
        tensors: [{ shape: [1, 4] }, paddings(most), { shape: [1, 8] }],
        operators: [{ code: BuiltinOperator.PAD, inputs: [0, 1], outputs: [2] }],
        outputs: [2],
      });
    expect(getValue(importTflite(padded(6)), 2).type.shape).toEqual([1, 10]);
    expect(refusal(() => importTflite(padded(2 ** 30))).code).toBe('model-too-large');
  });

  it('are refused where the batch is another', () => {
    expect(refusal(() => importTflite(dilated(3))).code).toBe('shape-mismatch');
  });
});

describe('POW', () => {
  const pow = (...power: readonly number[]): Uint8Array =>
    fileOf({
      tensors: [
        { shape: [1, 2] },
        { shape: power.length === 1 ? [] : [power.length], data: Float32Array.from(power) },
        { shape: [1, 2] },
      ],
      operators: [{ code: BuiltinOperator.POW, inputs: [0, 1], outputs: [2] }],
      outputs: [2],
    });

  it.each([
    [[2], 'square', [16, 0.0625]],
    [[2, 2], 'square', [16, 0.0625]],
    [[0.5], 'sqrt', [2, 0.5]],
    [[-0.5], 'rsqrt', [0.5, 2]],
  ])('of a constant power is an operator of its own: %j', (power, kind, expected) => {
    const graph = importTflite(pow(...power));
    expect(graph.nodes.map((node) => node.kind)).toEqual([kind]);
    expect(run(graph, Float32Array.of(4, 0.25))).toEqual(expected);
  });

  it.each([
    ['another power', () => importTflite(pow(3))],
    ['several powers', () => importTflite(pow(2, 0.5))],
    ['the file as it is', () => readTflite(pow(2))],
  ])('is refused by name: %s', (_, read) => {
    expect(refusal(read).message).toContain('is POW, which tinyml does not compute');
  });

  it('is refused with the way out where there is one', () => {
    expect(refusal(() => readTflite(pow(2))).hint).toBe(MEND_FLOAT);
    expect(refusal(() => readTflite(pow(3))).hint).toContain('tinyml inspect');
  });
});
