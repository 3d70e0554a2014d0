import type { OperatorView } from '../../../ir/outline.ts';
import { is, type LimitTable, operandsOf, rankAbove, says, withinFourAxes } from './limit.ts';

const PADDING_RANK = says(rankAbove(5), 'It pads tensors of at most 5 dimensions.');

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
  CONCATENATION: {
    tflm: [
      says(({ inputs }) => inputs.length > 10, 'It joins at most 10 tensors.'),
      says(rankAbove(6), 'It joins tensors of at most 6 dimensions.'),
      says(joinsScales, 'It joins int8 tensors only where all have the scale and zero point of the output.'),
    ],
  },
  DEQUANTIZE: { tflm: [says(is('float16'), 'It does not unpack float16 weights.')] },
  EXPAND_DIMS: {},
  GATHER: {},
  MIRROR_PAD: {},
  PACK: { arduino: [says(is('int16'), 'Its PACK does not take int16.')] },
  PAD: { tflm: [PADDING_RANK] },
  PADV2: { tflm: [PADDING_RANK] },
  QUANTIZE: {
    tflm: [
      says(
        (view) => is('float32')(view) && view.outputs[0]?.dtype === 'uint8',
        'It does not quantize float32 to uint8.',
      ),
    ],
  },
  RESHAPE: {},
  SLICE: { tflm: [says(rankAbove(5), 'It slices tensors of at most 5 dimensions.')] },
  SPLIT: {},
  SPLIT_V: {},
  SQUEEZE: {},
  STRIDED_SLICE: {
    tflm: [says(rankAbove(4), 'Its STRIDED_SLICE takes tensors of at most 4 dimensions.')],
  },
  TRANSPOSE: {
    tflm: [says(rankAbove(5), 'It transposes tensors of at most 5 dimensions.')],
    cmsisNn: [withinFourAxes(operandsOf, is('int8'))],
  },
  UNPACK: {},
} as const satisfies LimitTable;
