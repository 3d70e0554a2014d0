import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';
import { hasOtherOutput, hasOtherZeroPoint } from './fixed-output.ts';
import {
  both,
  broadcastsAbove,
  is,
  type Limit,
  type LimitTable,
  operandsOf,
  rankAbove,
  rankOf,
  says,
  symmetricInt16,
  withinFourAxes,
} from './limit.ts';
import { offsetInt16 } from './scales.ts';
import { broadcastsShapes, keepsShape } from './shapes.ts';
import { each, types } from './signature.ts';

const SUM_TYPES = each('float32 int8 int16 int32', 'T T -> T');
const OLD_SUM_TYPES = each('float32 int8 int16', 'T T -> T');
const EXTREMUM_TYPES = each('float32 int8 int16 int32 int64', 'T T -> T');
const OLD_EXTREMUM_TYPES = each('float32 int8 int32 int64', 'T T -> T');
const FLOAT_TYPES = types('float32 -> float32');
const FLOAT_PAIR_TYPES = types('float32 float32 -> float32');
const TWO_TYPES = each('float32 int8', 'T -> T');
const THREE_TYPES = each('float32 int8 int16', 'T -> T');

const RANK_6 = says(broadcastsAbove(6), 'It broadcasts tensors of at most 6 dimensions.');
const RANK_4 = says(broadcastsAbove(4), 'It broadcasts tensors of at most 4 dimensions.');
const OTHER_MULTIPLIERS = says(
  is('int8', 'int16'),
  'It computes multipliers in double precision: results may differ by one.',
);
const INT8_WITHIN_FOUR_AXES = withinFourAxes(operandsOf, is('int8'));

const oneTypeCmsis: Limit = ({ inputs: [first, second] }) =>
  first === undefined || second === undefined || first.dtype === second.dtype
    ? undefined
    : `The CMSIS-NN kernel of ADD wants two operands of one type, not ${first.dtype} and ${second.dtype}.`;

/** ADD and SUB scale by this power of two in int16; `QuantizeMultiplierSmallerThanOneExp` asserts what its name says. */
const INT16_LEFT_SHIFT = 15;

const sumScalesInt16: Limit = ({ operator, inputs, outputs: [output] }) => {
  if (output?.dtype !== 'int16') return undefined;
  const twice = 2 * Math.max(...inputs.map((input) => input?.quantization?.scales[0] ?? 0));
  const scale = output.quantization?.scales[0] ?? 0;
  return twice / (2 ** INT16_LEFT_SHIFT * scale) < 1
    ? undefined
    : `The output scale of its ${operator.name} of int16 is so small against the inputs that it stops with an assertion.`;
};

/** Zero points within ± this are all that the assertions of ADD let through. */
const FARTHEST_OFFSET = 32766;

function paddedShape(tensor: OutlineTensor | undefined, rank: number): string {
  const shape = tensor?.shape ?? [];
  return [...Array<number>(rank - shape.length).fill(1), ...shape].join();
}

/** Shapes that are the same but for axes of length 1 in front run another loop, which asserts more. */
function withoutBroadcast({ inputs: [first, second] }: OperatorView): boolean {
  const rank = Math.max(rankOf(first), rankOf(second));
  return paddedShape(first, rank) === paddedShape(second, rank);
}

/** Zero points of int16 operands that are farther from 0 than `most`. */
function offsetBeyond(most: number): (view: OperatorView) => boolean {
  return ({ inputs }) =>
    inputs.some(
      (input) => input?.dtype === 'int16' && Math.abs(input.quantization?.zeroPoints[0] ?? 0) > most,
    );
}

/** CheckedLog2 (micro/kernels, common): 2^−15 to the nearest thousandth of a doubling. */
function isInt16Unit(scale: number): boolean {
  return Math.abs(Math.log2(scale) + 15) < 1e-3;
}

/** From here on 3 · 2^12 times the scale leaves the 15 bits that LOGISTIC and TANH assert. */
const COARSEST_SIGMOID = 8 / 3;

const sigmoidInt16: Limit = ({ operator, inputs: [input], outputs: [output] }) => {
  if (output?.dtype !== 'int16') return undefined;
  if (!isInt16Unit(output.quantization?.scales[0] ?? 0)) {
    return `Its ${operator.name} of int16 wants an output with scale 1/32768.`;
  }
  return (input?.quantization?.scales[0] ?? 0) < COARSEST_SIGMOID
    ? undefined
    : `Its ${operator.name} of int16 stops with an assertion at an input scale of 8/3 or more.`;
};

/** TF_LITE_ENSURE_NEAR of softmax_common.cc, by the type of the input. */
const SOFTMAX_INT16: Readonly<Record<string, { readonly scale: number; readonly zeroPoint: number }>> = {
  int8: { scale: 1 / 65536, zeroPoint: -32768 },
  int16: { scale: 1 / 32768, zeroPoint: 0 },
};

const softmaxInt16: Limit = ({ inputs: [input], outputs: [output] }) => {
  const wanted = SOFTMAX_INT16[input?.dtype ?? ''];
  if (output?.dtype !== 'int16' || wanted === undefined) return undefined;
  const { scales: [scale = 0] = [], zeroPoints: [zeroPoint] = [] } = output.quantization ?? {};
  const offset = input?.dtype === 'int16' && (input.quantization?.zeroPoints[0] ?? 0) !== 0;
  return !offset && Math.abs(scale - wanted.scale) <= wanted.scale * 0.001 && zeroPoint === wanted.zeroPoint
    ? undefined
    : `Its SOFTMAX of ${input?.dtype} wants an int16 output with scale 1/${1 / wanted.scale} and zero point ${wanted.zeroPoint}, and an input of int16 without an offset.`;
};

/** Sums, products, choices and functions of single elements. */
export const ELEMENTWISE_LIMITS = {
  ABS: { types: THREE_TYPES, tflm: [keepsShape, offsetInt16] },
  ADD: {
    types: SUM_TYPES,
    arduinoTypes: OLD_SUM_TYPES,
    tflm: [
      RANK_6,
      sumScalesInt16,
      says(
        both(withoutBroadcast, offsetBeyond(FARTHEST_OFFSET)),
        `Its ADD of int16 stops with an assertion at a zero point beyond ±${FARTHEST_OFFSET}.`,
      ),
    ],
    cmsisNn: [oneTypeCmsis, symmetricInt16(operandsOf)],
    // Their kernel is that of CMSIS-NN, whose Prepare checks it.
    arduino: [RANK_4, offsetInt16],
  },
  ADD_N: { types: each('float32 int8', 'T T... -> T'), tflm: [keepsShape] },
  CEIL: { types: FLOAT_TYPES, tflm: [keepsShape] },
  COS: { types: FLOAT_TYPES, tflm: [keepsShape] },
  DIV: {
    types: each('float32 int8 int32', 'T T -> T'),
    arduinoTypes: each('float32 int8', 'T T -> T'),
    tflm: [broadcastsShapes],
  },
  ELU: { types: TWO_TYPES },
  EXP: { types: FLOAT_TYPES, tflm: [keepsShape] },
  FLOOR: { types: FLOAT_TYPES, tflm: [keepsShape] },
  FLOOR_DIV: { types: FLOAT_PAIR_TYPES, tflm: [broadcastsShapes] },
  FLOOR_MOD: { types: FLOAT_PAIR_TYPES, tflm: [broadcastsShapes] },
  HARD_SWISH: { types: TWO_TYPES },
  L2_NORMALIZATION: {
    types: TWO_TYPES,
    tflm: [keepsShape, says(rankAbove(4), 'It normalizes tensors of at most 4 dimensions.')],
  },
  LEAKY_RELU: { types: THREE_TYPES, chirale: [OTHER_MULTIPLIERS] },
  LOG: { types: FLOAT_TYPES, tflm: [keepsShape] },
  LOGISTIC: {
    types: THREE_TYPES,
    tflm: [
      says(hasOtherZeroPoint, 'Its LOGISTIC of int8 wants an output with zero point -128.'),
      offsetInt16,
      sigmoidInt16,
    ],
  },
  LOG_SOFTMAX: {
    types: TWO_TYPES,
    tflm: [
      keepsShape,
      says(hasOtherOutput, 'Its LOG_SOFTMAX of int8 wants an output with scale 1/16 and zero point 127.'),
    ],
  },
  MAXIMUM: {
    types: EXTREMUM_TYPES,
    arduinoTypes: OLD_EXTREMUM_TYPES,
    tflm: [RANK_6],
    cmsisNn: [INT8_WITHIN_FOUR_AXES],
  },
  MINIMUM: {
    types: EXTREMUM_TYPES,
    arduinoTypes: OLD_EXTREMUM_TYPES,
    tflm: [RANK_6],
    cmsisNn: [INT8_WITHIN_FOUR_AXES],
  },
  MUL: {
    types: SUM_TYPES,
    tflm: [RANK_6, offsetInt16],
    arduino: [RANK_4],
    chirale: [says(is('int16'), 'Its MUL of int16 multiplies with scales it never computed.')],
  },
  NEG: { types: FLOAT_TYPES, tflm: [keepsShape] },
  PRELU: {
    types: types('float32 float32 -> float32', 'int8 int8 -> int8', 'int16 int8 -> int16'),
    arduinoTypes: types('float32 float32 -> float32', 'int8 int8 -> int8'),
    tflm: [
      says(
        ({ inputs }) => Math.max(...inputs.map(rankOf)) > 4,
        'Its PRELU takes tensors of at most 4 dimensions.',
      ),
    ],
  },
  RELU: { types: THREE_TYPES, arduinoTypes: TWO_TYPES, tflm: [offsetInt16] },
  RELU6: { types: THREE_TYPES, arduinoTypes: TWO_TYPES },
  ROUND: { types: FLOAT_TYPES, tflm: [keepsShape] },
  RSQRT: { types: TWO_TYPES, tflm: [keepsShape] },
  SIN: { types: FLOAT_TYPES, tflm: [keepsShape] },
  SOFTMAX: {
    types: types('float32 -> float32', 'int8 -> int8|int16', 'int16 -> int16'),
    tflm: [
      says(hasOtherOutput, 'Its SOFTMAX of int8 wants an output with scale 1/256 and zero point -128.'),
      softmaxInt16,
    ],
  },
  SQRT: { types: FLOAT_TYPES, tflm: [keepsShape] },
  SQUARE: { types: FLOAT_TYPES, tflm: [keepsShape] },
  SQUARED_DIFFERENCE: {
    types: SUM_TYPES,
    arduinoTypes: each('float32 int8 int32', 'T T -> T'),
    tflm: [broadcastsShapes, offsetInt16],
  },
  SUB: {
    types: SUM_TYPES,
    arduinoTypes: OLD_SUM_TYPES,
    tflm: [
      RANK_6,
      sumScalesInt16,
      says(
        both(withoutBroadcast, offsetBeyond(0)),
        'Its SUB of int16 stops with an assertion at a zero point other than 0, unless an operand is broadcast.',
      ),
    ],
    chirale: [OTHER_MULTIPLIERS],
  },
  TANH: { types: THREE_TYPES, tflm: [offsetInt16, sigmoidInt16] },
} as const satisfies LimitTable;
