/**
 * What a library refuses, or computes otherwise than TensorFlow Lite Micro at commit 90b983c2, by operator, types and
 * shapes. A row stands for what was run on an emulated Cortex-M4, or is plain in the library's source. Operators that a
 * library lacks altogether are in `operators.ts`.
 */

import type { OperatorView, OutlineTensor } from '../../ir/outline.ts';
import type { Library } from './operators.ts';

/** A sentence where the rule holds. */
type Limit = (view: OperatorView) => string | undefined;
type Limits = Readonly<Record<string, readonly Limit[]>>;

const says = (holds: (view: OperatorView) => boolean, sentence: string): Limit => {
  return (view) => (holds(view) ? sentence : undefined);
};

function dtypeOf({ inputs: [input] }: OperatorView): string | undefined {
  return input?.dtype;
}

const is =
  (...dtypes: readonly string[]) =>
  (view: OperatorView): boolean =>
    dtypes.includes(dtypeOf(view) ?? '');

function isPerChannel({ inputs: [, weights] }: OperatorView): boolean {
  return (weights?.quantization?.scales.length ?? 0) > 1;
}

function biasIs(dtype: string): (view: OperatorView) => boolean {
  return (view) => view.inputs[2]?.dtype === dtype;
}

function hasBatch({ inputs: [input] }: OperatorView): boolean {
  return (input?.shape[0] ?? 1) > 1;
}

function sameShape(first: OutlineTensor | undefined, second: OutlineTensor | undefined): boolean {
  return first?.shape.join() === second?.shape.join();
}

function broadcastsAboveRank4({ inputs: [first, second] }: OperatorView): boolean {
  const rank = Math.max(first?.shape.length ?? 0, second?.shape.length ?? 0);
  return rank > 4 && !sameShape(first, second);
}

function rescales({ inputs: [input], outputs: [output] }: OperatorView): boolean {
  const [before, after] = [input?.quantization, output?.quantization];
  if (before === undefined || after === undefined || input?.dtype === 'float32') return false;
  return Math.abs(before.scales[0] - after.scales[0]) > 1e-6 || before.zeroPoints[0] !== after.zeroPoints[0];
}

function reducesMoreThanTwo({ inputs: [, axes] }: OperatorView): boolean {
  return (axes?.shape[0] ?? 0) > 2;
}

/** Nearest neighbours at half pixels are other ones, unless every pixel is repeated a whole number of times. */
function resizesUnevenly({ inputs: [input], outputs: [output] }: OperatorView): boolean {
  return [1, 2].some((axis) => (output?.shape[axis] ?? 0) % (input?.shape[axis] ?? 1) !== 0);
}

const INTEGER_WEIGHTS: ReadonlySet<string> = new Set(['int8', 'int4', 'uint8']);
/** Operators with weights among their operands. */
export const WEIGHTED_OPERATORS: ReadonlySet<string> = new Set([
  'BATCH_MATMUL',
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'FULLY_CONNECTED',
  'SVDF',
  'TRANSPOSE_CONV',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
]);

/** Float activations meet integer weights: dynamic range quantization. Operand 0 of TRANSPOSE_CONV is a shape. */
export function isHybrid({ operator, inputs }: OperatorView): boolean {
  const activations = inputs[operator.name === 'TRANSPOSE_CONV' ? 2 : 0];
  return (
    WEIGHTED_OPERATORS.has(operator.name) &&
    activations?.dtype === 'float32' &&
    inputs.some((tensor) => tensor !== undefined && INTEGER_WEIGHTS.has(tensor.dtype))
  );
}

/** CONCATENATION copies bytes, so its int8 operands must mean the same by them. */
function joinsScales({ inputs, outputs: [output] }: OperatorView): boolean {
  const after = output?.quantization;
  if (output?.dtype !== 'int8' || after === undefined) return false;
  return inputs.some((input) => {
    const before = input?.quantization;
    return before?.scales[0] !== after.scales[0] || before.zeroPoints[0] !== after.zeroPoints[0];
  });
}

function outputIsNot(scale: number | undefined, zeroPoint: number): (view: OperatorView) => boolean {
  return ({ inputs: [input], outputs: [output] }) => {
    if (input?.dtype !== 'int8' || output?.dtype !== 'int8') return false;
    const { scales, zeroPoints } = output.quantization ?? { scales: [], zeroPoints: [] };
    return zeroPoints[0] !== zeroPoint || (scale !== undefined && scales[0] !== scale);
  };
}

function mixesTypes({ inputs: [left, right] }: OperatorView): boolean {
  return left?.dtype !== right?.dtype;
}

const HYBRID = says(
  isHybrid,
  'It does not multiply float32 by integer weights: the model has to be quantized in full.',
);
const UINT8 = says(is('uint8'), 'It does not take uint8.');
const RESCALING_POOL = says(
  rescales,
  'Its pooling does not change the scale: input and output need the same scale and zero point.',
);

/** Of TensorFlow Lite Micro itself, and of the libraries made of it. */
const EVERYWHERE: Limits = {
  AVERAGE_POOL_2D: [UINT8, RESCALING_POOL],
  BATCH_MATMUL: [says(mixesTypes, 'It multiplies matrices of one type only.')],
  CONCATENATION: [
    says(({ inputs }) => inputs.length > 10, 'It joins at most 10 tensors.'),
    says(joinsScales, 'It joins int8 tensors only where all have the scale and zero point of the output.'),
  ],
  CONV_2D: [HYBRID, UINT8],
  DEPTHWISE_CONV_2D: [
    HYBRID,
    UINT8,
    says(
      (view) => is('int16')(view) && biasIs('int32')(view),
      'Its DEPTHWISE_CONV_2D of int16 reads the bias as int64, and here it is int32.',
    ),
  ],
  DEQUANTIZE: [says(is('float16'), 'It does not unpack float16 weights.')],
  FULLY_CONNECTED: [HYBRID, UINT8],
  HARD_SWISH: [says(is('int16'), 'Its HARD_SWISH does not take int16.')],
  LOGISTIC: [
    says(outputIsNot(undefined, -128), 'Its LOGISTIC of int8 wants an output with zero point -128.'),
  ],
  MAX_POOL_2D: [UINT8, RESCALING_POOL],
  QUANTIZE: [
    says(
      (view) => is('float32')(view) && view.outputs[0]?.dtype === 'uint8',
      'It does not quantize float32 to uint8.',
    ),
  ],
  SOFTMAX: [
    says(
      outputIsNot(1 / 256, -128),
      'Its SOFTMAX of int8 wants an output with scale 1/256 and zero point -128.',
    ),
  ],
  SVDF: [HYBRID],
  TRANSPOSE_CONV: [HYBRID],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [HYBRID],
};

const ONE_BATCH = 'Its pooling computes the first example of a batch only.';
const NO_INT16_ACTIVATION = 'Its RELU and RELU6 do not take int16.';
const NO_INT32 = 'It adds and subtracts no int32.';
const RANK_4 = 'It broadcasts tensors of at most 4 dimensions.';
const TWO_AXES = 'It reduces at most 2 axes; with more it writes past the end of an array.';

/** Of both Arduino libraries. */
const ARDUINO: Limits = {
  ADD: [says(is('int32'), NO_INT32), says(broadcastsAboveRank4, RANK_4)],
  AVERAGE_POOL_2D: [says((view) => hasBatch(view) && !is('float32')(view), ONE_BATCH)],
  CONV_2D: [says((view) => view.inputs[2] === undefined, 'It refuses CONV_2D without a bias.')],
  DEPTHWISE_CONV_2D: [
    says((view) => view.inputs[2] === undefined, 'It refuses DEPTHWISE_CONV_2D without a bias.'),
    says(
      (view) => hasBatch(view) && is('int8')(view),
      'Its DEPTHWISE_CONV_2D of int8 stops at a batch of more than one.',
    ),
  ],
  FULLY_CONNECTED: [
    says(
      ({ inputs: [input], outputs: [output] }) =>
        input?.dtype === 'int8' && (output.shape.length < 2 || output.shape.length > 4),
      'Its FULLY_CONNECTED of int8 stops at an output of fewer than 2 or more than 4 dimensions.',
    ),
    says(
      (view) => isPerChannel(view) && !is('float32')(view),
      'It computes FULLY_CONNECTED with the first of the scales only where the weights have one for each channel.',
    ),
    says(
      (view) => is('int16')(view) && biasIs('int32')(view),
      'Its FULLY_CONNECTED of int16 reads the bias as int64, and here it is int32.',
    ),
  ],
  MAX_POOL_2D: [says((view) => hasBatch(view) && !is('float32')(view), ONE_BATCH)],
  MEAN: [
    says(reducesMoreThanTwo, TWO_AXES),
    says(is('int8', 'int16'), 'It rounds the MEAN of integers in another way: results may differ by one.'),
  ],
  MUL: [says(broadcastsAboveRank4, RANK_4)],
  PACK: [says(is('int16'), 'Its PACK does not take int16.')],
  RELU: [says(is('int16'), NO_INT16_ACTIVATION)],
  RELU6: [says(is('int16'), NO_INT16_ACTIVATION)],
  RESIZE_NEAREST_NEIGHBOR: [
    says(
      resizesUnevenly,
      'It ignores half-pixel centers, which choose other elements unless every size grows by a whole factor.',
    ),
  ],
  SUB: [says(is('int32'), NO_INT32)],
  SUM: [
    says(reducesMoreThanTwo, TWO_AXES),
    says(is('int8', 'int16'), 'Its SUM of integers wraps around where it should saturate.'),
  ],
  SVDF: [
    says(
      ({ inputs }) => inputs[2]?.dtype === 'int8',
      'Its SVDF lets a state of int8 wrap around where it should saturate; one of int16 does not.',
    ),
  ],
  TRANSPOSE_CONV: [
    says(
      ({ operator }) => operator.clampsOutput === true,
      'Its TRANSPOSE_CONV passes over the fused activation.',
    ),
  ],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [says(is('int16'), 'It computes LSTMs of int16 otherwise, or refuses them.')],
};

const OTHER_MULTIPLIERS = 'It computes multipliers in double precision: results may differ by one.';

/** Chirale's snapshot is older still. */
const CHIRALE: Limits = {
  AVERAGE_POOL_2D: [says(is('int16'), 'Its pooling does not take int16.')],
  LEAKY_RELU: [says(is('int8', 'int16'), OTHER_MULTIPLIERS)],
  MAX_POOL_2D: [says(is('int16'), 'Its pooling does not take int16.')],
  MUL: [says(is('int16'), 'Its MUL of int16 multiplies with scales it never computed.')],
  SUB: [says(is('int8', 'int16'), OTHER_MULTIPLIERS)],
  SVDF: [says(is('int8'), OTHER_MULTIPLIERS)],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [
    says(
      (view) => is('int8')(view) && view.operator.intermediates.length !== 5,
      'It refuses an LSTM of int8 without five intermediate tensors.',
    ),
  ],
};

const LIMITS: Readonly<Record<Library, readonly Limits[]>> = {
  tflm: [EVERYWHERE],
  'arduino-tflm': [EVERYWHERE, ARDUINO],
  chirale: [EVERYWHERE, ARDUINO, CHIRALE],
};

/**
 * One sentence why `library` does not run the operator, or computes something else, or may; undefined where nothing is
 * known against it.
 */
export function libraryRefusal(library: Library, view: OperatorView): string | undefined {
  const { name } = view.operator;
  for (const limits of LIMITS[library]) {
    if (!Object.hasOwn(limits, name)) continue;
    for (const limit of limits[name]) {
      const sentence = limit(view);
      if (sentence !== undefined) return sentence;
    }
  }
  return undefined;
}
