import { describe, expect, it } from 'vitest';
import type { TensorData, TensorType } from '../../../src/core/tensor.ts';
import type { FileOperator } from '../../../src/formats/tflite/codec.ts';
import { movementCodecs } from '../../../src/formats/tflite/codecs/movement-codecs.ts';
import { resizingCodecs } from '../../../src/formats/tflite/codecs/resizing-codecs.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import type { Graph, Value } from '../../../src/ir/graph.ts';
import { float32 } from './models.ts';

/** GATHER of [3, 2], unchecked as a file may have it. */
function gatherFile(dtype: TensorType['dtype'], indices: TensorData | undefined): Uint8Array {
  const type = { dtype, shape: [2] };
  const values: Value[] = [
    { id: 0, name: 'x', type: float32(3, 2) },
    indices === undefined ? { id: 1, name: 'i', type } : { id: 1, name: 'i', type, data: indices },
    { id: 2, name: 'y', type: float32(2, 2) },
  ];
  const graph: Graph = {
    values: new Map(values.map((value) => [value.id, value])),
    nodes: [nodeOf('gather', '', { axis: -2, batchDims: 0 }, [0, 1], [2])],
    inputs: indices === undefined ? [0, 1] : [0],
    outputs: [2],
  };
  return writeTflite(graph);
}

describe('indices of GATHER', () => {
  it.each([
    ['beyond the axis', 'int32', Int32Array.of(0, 3), 'takes element 3 of an axis of 3'],
    ['negative', 'int32', Int32Array.of(-1, 0), 'takes element -1 of an axis of 3'],
    [
      'of int64',
      'int64',
      BigInt64Array.of(0n, 1n),
      'has int64 in input 1, where TensorFlow Lite Micro reads int32',
    ],
    ['computed', 'int32', undefined, 'input 1 is not a constant of integers'],
  ] as const)('are refused %s', (_, dtype, indices, sentence) => {
    expect(() => readTflite(gatherFile(dtype, indices))).toThrow(sentence);
  });

  it('are read within it', () => {
    const { graph } = readTflite(gatherFile('int32', Int32Array.of(2, 0)));
    expect(graph.nodes[0].attributes).toEqual({ axis: -2, batchDims: 0 });
  });
});

/** An operator whose options and constants are given as plain numbers. */
function operator(
  options: Readonly<Record<string, number | boolean>>,
  inputCount: number,
  constants: Readonly<Record<number, readonly number[]>> = {},
): FileOperator {
  const getters = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, () => value]));
  const integers = (position: number): readonly number[] => constants[position] ?? [];
  return {
    options: <T>() => getters as T,
    inputs: new Array<TensorType>(inputCount).fill(float32(2, 2)),
    outputs: [float32(2, 2)],
    intermediates: [],
    customOptions: new Uint8Array(0),
    bytes: () => new Uint8Array(),
    integers,
    int32s: integers,
  };
}

const tested = { ...movementCodecs, ...resizingCodecs };
const slice = { ellipsisMask: 0, newAxisMask: 0, offset: false };
const refusals: readonly (readonly [string, keyof typeof tested, FileOperator])[] = [
  ['has 3 inputs instead of 2', 'pad', operator({}, 3)],
  ['has 3 paddings, which are not pairs', 'pad', operator({}, 2, { 1: [1, 2, 3] })],
  ['has 2 numbers in input 1 instead of one', 'expand_dims', operator({}, 2, { 1: [0, 1] })],
  ['resizes 3 axes instead of 2', 'resize_bilinear', operator({}, 2, { 1: [1, 2, 3] })],
  ['says it has 3 parts, but it has 2', 'pack', operator({ valuesCount: 3, axis: 0 }, 2)],
  ['says it has 2 parts, but it has 1', 'unpack', operator({ num: 2, axis: 0 }, 1)],
  ['drops 3 axes, more than there are', 'squeeze', operator({ squeezeDimsLength: 3 }, 1)],
  ['fuses an activation', 'concatenation', operator({ fusedActivationFunction: 1 }, 2)],
  ['uses an ellipsis', 'strided_slice', operator({ ...slice, ellipsisMask: 1 }, 4)],
  ['uses new axes', 'strided_slice', operator({ ...slice, newAxisMask: 2 }, 4)],
  ['uses ends counted from the beginnings', 'strided_slice', operator({ ...slice, offset: true }, 4)],
];

describe('options and constants', () => {
  it.each(refusals)('"%s": %s', (sentence, kind, file) => {
    expect(() => tested[kind].read(file)).toThrow(sentence);
  });
});
