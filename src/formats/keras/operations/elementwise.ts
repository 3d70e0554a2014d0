/** Operations on elements: sums, products and the like of tensors and constants, and functions of one element. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { ValueId } from '../../../ir/graph.ts';
import {
  type Apply,
  celu,
  clamp,
  hardShrink,
  scaledElu,
  softShrink,
  squareplus,
  threshold,
} from '../../lowering/functions.ts';
import { ACTIVATION_LAYERS, activationNamed } from '../activation.ts';
import { type LayerContext, type LayerImporter, type LayerValue, positiveAxis } from '../layer.ts';
import { applied } from '../layers/activations.ts';
import { alongLast } from '../layers/along-last.ts';
import { constantValue, type Operand, operandAt, type Place, settingAt, tensorAt } from './operands.ts';

export const FIRST: Place = [0, 'x', 'x1', 'a', 'features', 'logits', 'input', 'tensor', 'input_tensor'];
const SECOND: Place = [1, 'y', 'x2', 'b'];

type Binary = 'add' | 'sub' | 'mul' | 'maximum' | 'minimum';

function apply(layer: LayerContext, kind: Binary, part: string, a: ValueId, b: ValueId): ValueId {
  return kind === 'maximum' || kind === 'minimum'
    ? layer.add(kind, part, {}, [a, b])
    : layer.add(kind, part, { activation: 'none' }, [a, b]);
}

/** Of tensors and constants; those over one spatial axis stay images where all of them are. */
function combined(layer: LayerContext, kind: Binary, operands: readonly [Operand, Operand]): LayerValue {
  const tensors = operands.flatMap((operand) => ('tensor' in operand ? [operand.tensor] : []));
  const rank = Math.max(...tensors.map(({ shape }) => shape.length));
  const fits = operands.every((operand) => 'tensor' in operand || operand.constant.shape.length <= rank);
  const wide = fits && tensors.every((tensor) => layer.isWide(tensor));
  const [a, b] = operands.map((operand) => {
    if ('constant' in operand) return constantValue(layer, 'constant', operand.constant);
    return wide ? operand.tensor.id : layer.narrow(operand.tensor);
  });
  const id = apply(layer, kind, '', a, b);
  return wide ? layer.fromImage(id, 1) : { id, shape: layer.shapeOf(id) };
}

export function binary(kind: Binary): LayerImporter {
  return (layer) => combined(layer, kind, [operandAt(layer, FIRST), operandAt(layer, SECOND)]);
}

/** By a constant; TensorFlow Lite Micro does not divide quantized tensors by each other. */
export const importDivision: LayerImporter = (layer) => {
  const divisor = operandAt(layer, SECOND);
  if ('tensor' in divisor) {
    throw unsupportedError(
      'unsupported-operation',
      'it divides by a tensor that is computed.',
      'Divide by a constant, or multiply.',
    );
  }
  const { shape, values } = divisor.constant;
  const inverse = { constant: { shape, values: values.map((value) => 1 / value) } };
  return combined(layer, 'mul', [operandAt(layer, FIRST), inverse]);
};

/** The place of each element does not matter, so neither does the form of the image. */
function ofOne(layer: LayerContext, compute: (input: ValueId) => ValueId): LayerValue {
  const { id, shape } = tensorAt(layer, FIRST);
  return { id: compute(id), shape };
}

export function activation(name: string): LayerImporter {
  return (layer) => ofOne(layer, (input) => activationNamed(name).apply(layer, '', input));
}

/** `keras.activations.relu`, which has its numbers in its configuration. */
export const importReluActivation: LayerImporter = (layer) =>
  applied(layer, tensorAt(layer, FIRST), ACTIVATION_LAYERS.ReLU(layer.config));

/** Exact unless `approximate`, which is Keras' default and not TensorFlow's, asks for the formula by tanh. */
export const importGelu: LayerImporter = (layer) => {
  const approximate = settingAt(layer, [1, 'approximate']).boolean(layer.writer === 'keras-3');
  return activation(approximate ? 'gelu_new' : 'gelu')(layer);
};

/** SOFTMAX and LOG_SOFTMAX. */
function ofRows(name: 'softmax' | 'log_softmax'): LayerImporter {
  return (layer) => {
    const value = tensorAt(layer, FIRST);
    const axis = positiveAxis(settingAt(layer, [1, 'axis']).number(-1), value.shape.length);
    return alongLast(layer, value, [axis], (part, id) => activationNamed(name).apply(layer, part, id));
  };
}

export const importSoftmaxOperation = ofRows('softmax');
export const importLogSoftmax = ofRows('log_softmax');

/** A function with one number besides its input. */
function withNumber(
  places: readonly string[],
  otherwise: number,
  of: (number: number) => Apply,
): LayerImporter {
  return (layer) => {
    const number = settingAt(layer, [1, ...places]).number(otherwise);
    return ofOne(layer, (input) => of(number)(layer, '', input));
  };
}

export const importElu = withNumber(['alpha'], 1, (alpha) =>
  alpha === 1 ? (layer, part, input) => layer.add('elu', part, {}, [input]) : scaledElu(alpha, 1),
);
export const importCelu = withNumber(['alpha'], 1, celu);
export const importSquareplus = withNumber(['b'], 4, squareplus);

/** Below 0 the two ends would cross. */
function shrinking(by: (threshold: number) => Apply): LayerImporter {
  return withNumber(['threshold'], 0.5, (number) => {
    if (number >= 0) return by(number);
    throw inputError('operation-argument', `its "threshold" is ${number}, which is below 0.`);
  });
}

export const importSoftShrink = shrinking(softShrink);
export const importHardShrink = shrinking(hardShrink);

export const importThreshold: LayerImporter = (layer) => {
  const least = settingAt(layer, [1, 'threshold']).number(0);
  const otherwise = settingAt(layer, [2, 'default_value']).number(0);
  return ofOne(layer, (input) => threshold(least, otherwise)(layer, '', input));
};

export const importGlu: LayerImporter = (layer) => {
  const value = tensorAt(layer, FIRST);
  const axis = positiveAxis(settingAt(layer, [1, 'axis']).number(-1), value.shape.length);
  if (axis === value.shape.length - 1) return applied(layer, value, activationNamed('glu'));
  throw unsupportedError(
    'unsupported-axis',
    `it cuts axis ${axis} in halves, and only the last one can be converted.`,
    'Put the channels last.',
  );
};

export const importLeakyRelu: LayerImporter = (layer) =>
  ofOne(layer, (input) => {
    const alpha = settingAt(layer, [1, 'alpha', 'negative_slope']).number(0.2);
    return layer.add('leaky_relu', '', { alpha }, [input]);
  });

export function unary(
  kind: 'abs' | 'ceil' | 'cos' | 'exp' | 'floor' | 'log' | 'rsqrt' | 'sin' | 'sqrt',
): LayerImporter {
  return (layer) => ofOne(layer, (input) => layer.add(kind, '', {}, [input]));
}

export const importSquare: LayerImporter = (layer) =>
  ofOne(layer, (input) => layer.add('mul', '', { activation: 'none' }, [input, input]));

export const importNegative: LayerImporter = (layer) =>
  combined(layer, 'mul', [operandAt(layer, FIRST), { constant: { shape: [], values: [-1] } }]);

export const importClip: LayerImporter = (layer) => {
  const limit = (place: Place, otherwise: number): number => settingAt(layer, place).number(otherwise);
  const low = limit([1, 'clip_value_min', 'x_min'], Number.NEGATIVE_INFINITY);
  const high = limit([2, 'clip_value_max', 'x_max'], Number.POSITIVE_INFINITY);
  return ofOne(layer, (input) => clamp(low, high)(layer, '', input));
};

/** What changes nothing about numbers that are float32 anyway. */
export const importIdentity: LayerImporter = (layer) => tensorAt(layer, FIRST);

export const importCast: LayerImporter = (layer) => {
  const dtype = settingAt(layer, [1, 'dtype']).string('float32');
  if (dtype === 'float32' || dtype === 'float') return tensorAt(layer, FIRST);
  throw unsupportedError(
    'unsupported-operation',
    `it makes ${dtype} of its input, and models compute in float32 before they are quantized.`,
    'Leave the cast out, or cast to float32.',
  );
};
