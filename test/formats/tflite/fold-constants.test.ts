import { ByteBuffer } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../../src/core/tensor.ts';
import { foldIntegers } from '../../../src/formats/tflite/constants/fold-integers.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  fileOf,
  int32s,
  type OperatorOf,
  type TensorOf,
} from './file-of.ts';

const { RESHAPE, RELU, SHAPE, STRIDED_SLICE, PACK } = BuiltinOperator;

const shrink: NonNullable<OperatorOf['options']> = [
  BuiltinOptions.StridedSliceOptions,
  (file) => file.table('StridedSliceOptions', { shrink_axis_mask: 1 }),
];

const kindsOf = ({ nodes }: Graph): string[] => nodes.map(({ kind }) => kind);

/** What RELU's output becomes as [batch, 2, 3], the way TensorFlow writes it of a model with a free batch. */
function chain(change: Partial<Record<number, TensorOf>> = {}): Uint8Array {
  const scalar = (value: number): TensorOf => ({ type: 'int32', shape: [], data: Int32Array.of(value) });
  const tensors: TensorOf[] = [
    { shape: [1, 6] },
    { shape: [1, 6] },
    { type: 'int32', shape: [2] },
    int32s(0),
    int32s(1),
    int32s(1),
    { type: 'int32', shape: [] },
    scalar(2),
    scalar(3),
    { type: 'int32', shape: [3] },
    { shape: [1, 2, 3] },
  ];
  return fileOf({
    tensors: tensors.map((tensor, index) => change[index] ?? tensor),
    operators: [
      { code: RELU, inputs: [0], outputs: [1] },
      { code: SHAPE, inputs: [1], outputs: [2] },
      { code: STRIDED_SLICE, inputs: [2, 3, 4, 5], outputs: [6], options: shrink },
      {
        code: PACK,
        inputs: [6, 7, 8],
        outputs: [9],
        options: [
          BuiltinOptions.PackOptions,
          (file) => file.table('PackOptions', { values_count: 3, axis: 0 }),
        ],
      },
      { code: RESHAPE, inputs: [1, 9], outputs: [10] },
    ],
    outputs: [10],
  });
}

describe('the shape of a free batch', () => {
  it('is known once the batch is, and no operator of it is left', () => {
    const { graph, container } = readTflite(chain());
    expect(kindsOf(graph)).toEqual(['relu', 'reshape']);
    expect([...graph.values.keys()]).toEqual([0, 1, 10]);
    expect(container.nodeVersions).toEqual([1, 1]);
  });

  it.each<[string, Partial<Record<number, TensorOf>>, string]>([
    [
      'of which the end is computed',
      { 4: { type: 'int32', shape: [1] } },
      'operator 2 (STRIDED_SLICE): input 2',
    ],
    ['declared otherwise', { 2: { type: 'int32', shape: [3] } }, 'operator 1: is SHAPE'],
    ['as floats', { 2: { shape: [2] } }, 'operator 1: is SHAPE'],
  ])('stays where it is %s', (_, change, message) => {
    expect(() => readTflite(chain(change))).toThrow(message);
  });
});

const NO_OPTIONS = new ByteBuffer(Uint8Array.of(4, 0, 4, 0, 4, 0, 0, 0));

interface Constant {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: DType;
}

const list = (...values: readonly number[]): Constant => ({ shape: [values.length], values });
const number = (value: number): Constant => ({ shape: [], values: [value] });

function folded(code: BuiltinOperator, constants: readonly Constant[], dtype: DType = 'int32') {
  const result = foldIntegers(code, {
    options(_, accessor) {
      accessor.__init(4, NO_OPTIONS);
      return accessor;
    },
    inputs: constants.map(({ shape, dtype = 'int32' }) => ({ shape, dtype })),
    outputs: [{ dtype, shape: [] }],
    numbers: (position) => constants[position],
  });
  return result && [result.shape, ...result.values];
}

const matrix: Constant = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };

describe('integers of constants', () => {
  it.each<[keyof typeof BuiltinOperator, readonly Constant[], readonly unknown[]]>([
    ['SHAPE', [{ ...matrix, dtype: 'float32' }], [[2], 2, 3]],
    ['RANK', [{ ...matrix, dtype: 'int8' }], [[], 2]],
    ['ADD', [list(1, 2), number(10)], [[2], 11, 12]],
    ['SUB', [matrix, list(1, 1, 2)], [[2, 3], 0, 1, 1, 3, 4, 4]],
    ['MUL', [{ shape: [2, 1], values: [2, 3] }, list(5, 7)], [[2, 2], 10, 14, 15, 21]],
    ['DIV', [list(7, -7), number(2)], [[2], 3, -3]],
    ['FLOOR_DIV', [list(7, -7), number(2)], [[2], 3, -4]],
    ['FLOOR_MOD', [list(7, -7), number(3)], [[2], 1, 2]],
    ['MAXIMUM', [list(1, 5), list(3, 2)], [[2], 3, 5]],
    ['MINIMUM', [list(1, 5), list(3, 2)], [[2], 1, 2]],
    ['NEG', [list(1, -5)], [[2], -1, 5]],
    ['ABS', [list(1, -5)], [[2], 1, 5]],
    ['REDUCE_PROD', [matrix, number(1)], [[2], 6, 120]],
    ['REDUCE_PROD', [matrix, list(0, 1)], [[], 720]],
    ['SUM', [matrix, number(-2)], [[3], 5, 7, 9]],
    ['REDUCE_MAX', [matrix, number(0)], [[3], 4, 5, 6]],
    ['REDUCE_MIN', [matrix, number(1)], [[2], 1, 4]],
    ['FILL', [list(2, 2), number(7)], [[2, 2], 7, 7, 7, 7]],
    ['BROADCAST_TO', [list(1, 2), list(2, 2)], [[2, 2], 1, 2, 1, 2]],
    ['RANGE', [number(2), number(9), number(3)], [[3], 2, 5, 8]],
    ['CAST', [{ ...list(2.7, -2.7), dtype: 'float32' }], [[2], 2, -2]],
    ['SELECT_V2', [{ ...list(1, 0), dtype: 'bool' }, list(1, 2), number(9)], [[2], 1, 9]],
  ])('%s %j', (name, constants, expected) => {
    expect(folded(BuiltinOperator[name], constants)).toEqual(expected);
  });

  it.each<[keyof typeof BuiltinOperator, readonly Constant[], readonly unknown[]]>([
    ['EQUAL', [list(1, 2), number(2)], [[2], 0, 1]],
    ['NOT_EQUAL', [list(1, 2), number(2)], [[2], 1, 0]],
    ['GREATER', [list(1, 2, 3), number(2)], [[3], 0, 0, 1]],
    ['GREATER_EQUAL', [list(1, 2, 3), number(2)], [[3], 0, 1, 1]],
    ['LESS', [list(1, 2, 3), number(2)], [[3], 1, 0, 0]],
    ['LESS_EQUAL', [list(1, 2, 3), number(2)], [[3], 1, 1, 0]],
    ['LOGICAL_AND', [list(0, 1, 1), list(1, 0, 1)], [[3], 0, 0, 1]],
    ['LOGICAL_OR', [list(0, 1, 0), list(1, 0, 0)], [[3], 1, 1, 0]],
    ['LOGICAL_NOT', [list(0, 1)], [[2], 1, 0]],
    ['REDUCE_ANY', [list(0, 1), number(0)], [[], 1]],
    ['REDUCE_ALL', [list(0, 1), number(0)], [[], 0]],
  ])('%s %j as booleans', (name, constants, expected) => {
    expect(folded(BuiltinOperator[name], constants, 'bool')).toEqual(expected);
  });

  it.each<[string, keyof typeof BuiltinOperator, readonly Constant[], DType]>([
    ['beyond int32', 'MUL', [number(65536), number(32768)], 'int32'],
    ['a quotient by zero', 'DIV', [number(1), number(0)], 'int32'],
    ['shapes that do not broadcast', 'ADD', [list(1, 2), list(1, 2, 3)], 'int32'],
    ['floats', 'ADD', [{ ...number(1), dtype: 'float32' }, number(2)], 'float32'],
    ['an axis that does not exist', 'SUM', [list(1), number(3)], 'int32'],
    ['a fill without end', 'FILL', [list(65536, 65536), number(0)], 'int32'],
    ['a fill of another type', 'FILL', [list(2), { ...number(0), dtype: 'float32' }], 'int8'],
    ['a range without end', 'RANGE', [number(0), number(1), number(0)], 'int32'],
    ['one operand too few', 'ADD', [number(1)], 'int32'],
    ['what has no row', 'SIN', [number(1)], 'int32'],
  ])('%s stays an operator', (_, name, constants, dtype) => {
    expect(folded(BuiltinOperator[name], constants, dtype)).toBeUndefined();
  });
});
