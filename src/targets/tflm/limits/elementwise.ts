import { hasOtherOutput, hasOtherZeroPoint } from './fixed-output.ts';
import {
  broadcastsAbove,
  is,
  type Limit,
  type LimitTable,
  operandsOf,
  rankOf,
  says,
  symmetricInt16,
  withinFourAxes,
} from './limit.ts';

const RANK_6 = says(broadcastsAbove(6), 'It broadcasts tensors of at most 6 dimensions.');
const RANK_4 = says(broadcastsAbove(4), 'It broadcasts tensors of at most 4 dimensions.');
const NO_INT32 = says(is('int32'), 'It adds and subtracts no int32.');
const NO_INT16_ACTIVATION = says(is('int16'), 'Its RELU and RELU6 do not take int16.');
const OTHER_MULTIPLIERS = says(
  is('int8', 'int16'),
  'It computes multipliers in double precision: results may differ by one.',
);
const INT8_WITHIN_FOUR_AXES = withinFourAxes(operandsOf, is('int8'));

const oneTypeCmsis: Limit = ({ inputs: [first, second] }) =>
  first === undefined || second === undefined || first.dtype === second.dtype
    ? undefined
    : `The CMSIS-NN kernel of ADD wants two operands of one type, not ${first.dtype} and ${second.dtype}.`;

/** Sums, products, choices and functions of single elements. */
export const ELEMENTWISE_LIMITS = {
  ADD: {
    tflm: [RANK_6],
    cmsisNn: [oneTypeCmsis, symmetricInt16(operandsOf)],
    arduino: [NO_INT32, RANK_4],
  },
  ELU: {},
  HARD_SWISH: { tflm: [says(is('int16'), 'Its HARD_SWISH does not take int16.')] },
  LEAKY_RELU: { chirale: [OTHER_MULTIPLIERS] },
  LOGISTIC: {
    tflm: [says(hasOtherZeroPoint, 'Its LOGISTIC of int8 wants an output with zero point -128.')],
  },
  MAXIMUM: { tflm: [RANK_6], cmsisNn: [INT8_WITHIN_FOUR_AXES] },
  MINIMUM: { tflm: [RANK_6], cmsisNn: [INT8_WITHIN_FOUR_AXES] },
  MUL: {
    tflm: [RANK_6],
    arduino: [RANK_4],
    chirale: [says(is('int16'), 'Its MUL of int16 multiplies with scales it never computed.')],
  },
  PRELU: {
    tflm: [
      says(
        ({ inputs }) => Math.max(...inputs.map(rankOf)) > 4,
        'Its PRELU takes tensors of at most 4 dimensions.',
      ),
    ],
  },
  RELU: { arduino: [NO_INT16_ACTIVATION] },
  RELU6: { arduino: [NO_INT16_ACTIVATION] },
  SOFTMAX: {
    tflm: [says(hasOtherOutput, 'Its SOFTMAX of int8 wants an output with scale 1/256 and zero point -128.')],
  },
  SUB: { tflm: [RANK_6], arduino: [NO_INT32], chirale: [OTHER_MULTIPLIERS] },
  TANH: {},
} as const satisfies LimitTable;
