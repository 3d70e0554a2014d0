import type { OperatorView } from '../../../ir/outline.ts';
import { is, type LimitTable, operandsOf, rankAbove, rankOf, says, withinFourAxes } from './limit.ts';
import { offsetInt16 } from './scales.ts';
import { keepsShape, looksUp, rankAsOutput } from './shapes.ts';
import { each, SIZED_TYPES, types } from './signature.ts';

const WITHOUT_INT16 = 'float32 int8 int32';

const PADDING_RANK = says(rankAbove(5), 'It pads tensors of at most 5 dimensions.');

/** PAD without a value fills int16 and int32 with 0, whatever 0 stands for. */
const OFFSET_PADDING = says(
  ({ outputs: [output] }) => output?.dtype !== 'int8' && (output?.quantization?.zeroPoints[0] ?? 0) !== 0,
  'Its PAD fills with 0 where the zero point is another.',
);

/** CONCATENATION copies bytes, so its int8 operands must mean the same by them. */
function joinsScales({ inputs, outputs: [output] }: OperatorView): boolean {
  const after = output?.quantization;
  if (output?.dtype !== 'int8' || after === undefined) return false;
  return inputs.some((input) => {
    const before = input?.quantization;
    return before?.scales[0] !== after.scales[0] || before.zeroPoints[0] !== after.zeroPoints[0];
  });
}

/** Operators that move elements, and those that change what they stand for. */
export const MOVEMENT_LIMITS = {
  BROADCAST_TO: {
    types: each(SIZED_TYPES, 'T int32|int64 -> T'),
    constants: { 1: 'shape' },
    tflm: [
      says(
        ({ outputs: [output] }) => rankOf(output) > 5,
        'It broadcasts to tensors of at most 5 dimensions.',
      ),
    ],
    withoutScales: true,
  },
  CAST: {
    types: types(
      'int8|int16|int32|uint32|float32|bool -> int8',
      'int8|int16|int32|uint32|float32|bool -> int16',
      'int8|int16|int32|uint32|float32|bool -> int32',
      'int8|int16|int32|uint32|float32|bool -> uint32',
      'int8|int16|int32|uint32|float32|bool -> float32',
    ),
    arduinoTypes: types('int8|int16|int32|uint32|float32 -> int8|int16|int32|float32'),
    tflm: [keepsShape],
    withoutScales: true,
  },
  CONCATENATION: {
    types: each('float32 int8 int16 int32 int64 bool', 'T... -> T'),
    tflm: [
      says(({ inputs }) => inputs.length > 10, 'It joins at most 10 tensors.'),
      says(rankAbove(6), 'It joins tensors of at most 6 dimensions.'),
      offsetInt16,
      says(joinsScales, 'It joins int8 tensors only where all have the scale and zero point of the output.'),
    ],
  },
  DEQUANTIZE: {
    types: types('int8|int16|uint8 -> float32'),
    wrongTypes: [says(is('float16'), 'It does not unpack float16 weights.')],
  },
  DYNAMIC_UPDATE_SLICE: {
    types: each('float32 int8 int16 int32', 'T T int32|int64 -> T'),
    tflm: [keepsShape],
    withoutScales: true,
  },
  EMBEDDING_LOOKUP: {
    types: types('int32 float32 -> float32', 'int32 int8 -> float32|int8'),
    tflm: [looksUp],
  },
  EXPAND_DIMS: {
    withoutScales: true,
    types: each('float32 int8 int16', 'T int32 -> T'),
    arduinoTypes: each('float32 int8', 'T int32 -> T'),
    constants: { 1: 'axis' },
  },
  FILL: {
    withoutScales: true,
    types: each('float32 int8 int32', 'int8|int16|int32|int64 T -> T'),
    constants: { 0: 'dims' },
  },
  GATHER: { types: each('float32 int8', 'T int32 -> T'), withoutScales: true },
  GATHER_ND: { types: each('float32 int8', 'T int32 -> T'), withoutScales: true },
  MIRROR_PAD: { types: each('float32 int8', 'T int32|int64 -> T'), withoutScales: true },
  PACK: {
    withoutScales: true,
    types: each('float32 int8 int16 int32 int64', 'T... -> T'),
    arduinoTypes: each('float32 int8 int32 int64', 'T... -> T'),
  },
  PAD: {
    types: each('float32 int8 int16 int32', 'T int32 -> T'),
    constants: { 1: 'paddings' },
    tflm: [PADDING_RANK, OFFSET_PADDING],
  },
  PADV2: {
    types: each('float32 int8 int16 int32', 'T int32 T -> T'),
    constants: { 1: 'paddings' },
    tflm: [PADDING_RANK],
  },
  QUANTIZE: {
    types: types(
      'float32|int32 -> int8|int16',
      'int16 -> int8|int16|int32',
      'int8 -> int8|uint8|int16|int32',
      'uint8 -> int8',
    ),
  },
  RESHAPE: { types: each(SIZED_TYPES, 'T int32|int64? -> T'), unread: [1], withoutScales: true },
  REVERSE_V2: {
    types: each('float32 int8 int16 int32 int64 uint8 bool', 'T int32 -> T'),
    tflm: [says(rankAbove(6), 'It reverses tensors of at most 6 dimensions.')],
    withoutScales: true,
  },
  SHAPE: { types: each(SIZED_TYPES, 'T -> int32'), tflm: [rankAsOutput], withoutScales: true },
  SLICE: {
    withoutScales: true,
    types: [
      ...each('float32 int8 int16 int32 bool', 'T int32 int32 -> T'),
      ...each('float32 int8 int16 int32 bool', 'T int64 int64 -> T'),
    ],
    arduinoTypes: [
      ...each('float32 int8 int16 int32', 'T int32 int32 -> T'),
      ...each('float32 int8 int16 int32', 'T int64 int64 -> T'),
    ],
    tflm: [says(rankAbove(5), 'It slices tensors of at most 5 dimensions.')],
  },
  SPLIT: {
    withoutScales: true,
    types: each('float32 int8 int16 int32', 'int32 T -> T...'),
    constants: { 0: 'axis' },
  },
  SPLIT_V: {
    unread: [1],
    withoutScales: true,
    types: each('float32 int8 int16 int32', 'T int32|int64 int32 -> T...'),
    constants: { 2: 'axis' },
  },
  SQUEEZE: { types: each(SIZED_TYPES, 'T -> T'), withoutScales: true },
  STRIDED_SLICE: {
    withoutScales: true,
    types: each('float32 int8 int16 int32 bool', 'T int32 int32 int32 -> T'),
    constants: { 1: 'begin', 2: 'end', 3: 'strides' },
    tflm: [says(rankAbove(4), 'Its STRIDED_SLICE takes tensors of at most 4 dimensions.')],
  },
  TRANSPOSE: {
    withoutScales: true,
    types: each('float32 int8 int16', 'T int32 -> T'),
    arduinoTypes: each('float32 int8', 'T int32 -> T'),
    constants: { 1: 'perm' },
    tflm: [says(rankAbove(5), 'It transposes tensors of at most 5 dimensions.')],
    cmsisNn: [withinFourAxes(operandsOf, is('int8'))],
  },
  UNPACK: {
    withoutScales: true,
    types: each('float32 int8 int16 int32', 'T -> T...'),
    arduinoTypes: each(WITHOUT_INT16, 'T -> T...'),
  },
  ZEROS_LIKE: {
    types: each('float32 int8 int32 int64', 'T -> T'),
    tflm: [keepsShape],
    withoutScales: true,
  },
} as const satisfies LimitTable;
