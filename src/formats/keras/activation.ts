/** Activations in every spelling of Keras, fused into the operator before them or as operators of their own. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json.ts';
import type { ValueId } from '../../ir/graph.ts';
import type { FusedActivation } from '../../ops/fused-activation.ts';
import {
  exponential,
  gelu,
  geluByTanh,
  glu,
  hardShrink,
  hardSigmoid,
  logSigmoid,
  mish,
  scalar,
  scaledElu,
  selu,
  softplus,
  softShrink,
  softsign,
  sparsePlus,
  squareplus,
  tanhShrink,
  thresholdedRelu,
  within,
} from '../lowering/functions.ts';
import { LayerConfig } from './config.ts';
import type { LayerContext } from './layer.ts';

/** A function of one element, or of all along the last axis. */
export interface Activation {
  readonly fused?: FusedActivation;
  readonly isOfRows?: true;
  apply(layer: LayerContext, part: string, input: ValueId): ValueId;
}

const linear: Activation = { fused: 'none', apply: (_layer, _part, input) => input };

/** min(x, maxValue) for positive x, slope · x for negative x. */
function rectifier(maxValue: number, slope: number): Activation {
  if (slope === 0 && maxValue === 6) {
    return { fused: 'relu6', apply: (layer, part, input) => layer.add('relu6', part, {}, [input]) };
  }
  if (slope === 0 && maxValue === Infinity) {
    return { fused: 'relu', apply: (layer, part, input) => layer.add('relu', part, {}, [input]) };
  }
  return {
    apply(layer, part, input) {
      const rectified =
        slope === 0
          ? layer.add('relu', part, {}, [input])
          : layer.add('leaky_relu', part, { alpha: slope }, [input]);
      if (maxValue === Infinity) return rectified;
      return layer.add('minimum', 'limit', {}, [rectified, scalar(layer, 'max_value', maxValue)]);
    },
  };
}

/** x · slope + 1/2 within 0 and 1; Keras 3 has another slope. */
const hardSigmoidOfWriter: Activation = {
  apply: (layer, part, input) => hardSigmoid(layer.writer === 'keras-3' ? 1 / 6 : 0.2)(layer, part, input),
};

const swish: Activation = {
  apply(layer, part, input) {
    const gate = layer.add('logistic', within(part, 'gate'), {}, [input]);
    return layer.add('mul', part, { activation: 'none' }, [input, gate]);
  },
};

const hardSwish: Activation = {
  apply: (layer, part, input) => layer.add('hard_swish', part, {}, [input]),
};

const hardTanh: Activation = {
  fused: 'relu_n1_to_1',
  apply(layer, part, input) {
    const limit = scalar(layer, within(part, 'least'), -1);
    const least = layer.add('maximum', within(part, 'lower'), {}, [input, limit]);
    return layer.add('minimum', part, {}, [least, scalar(layer, within(part, 'most'), 1)]);
  },
};

const elu: Activation = { apply: (layer, part, input) => layer.add('elu', part, {}, [input]) };

/** `keras.activations.leaky_relu` has another slope than the layer. */
const FUNCTION_SLOPE = 0.2;
const LAYER_SLOPE = 0.3;

/** The threshold of functions that are called by name alone. */
const SHRINK = 0.5;

/** By name in lower case without underscores. */
const NAMED: Readonly<Record<string, Activation>> = {
  linear,
  relu: rectifier(Infinity, 0),
  relu6: rectifier(6, 0),
  leakyrelu: rectifier(Infinity, FUNCTION_SLOPE),
  sigmoid: { apply: (layer, part, input) => layer.add('logistic', part, {}, [input]) },
  tanh: { apply: (layer, part, input) => layer.add('tanh', part, {}, [input]) },
  softmax: {
    isOfRows: true,
    apply: (layer, part, input) => layer.add('softmax', part, { beta: 1 }, [input]),
  },
  elu,
  celu: elu,
  selu: { apply: selu },
  exponential: { apply: exponential },
  softplus: { apply: softplus },
  softsign: { apply: softsign },
  logsigmoid: { apply: logSigmoid },
  logsoftmax: {
    isOfRows: true,
    apply: (layer, part, input) => layer.add('log_softmax', part, {}, [input]),
  },
  mish: { apply: mish },
  squareplus: { apply: squareplus(4) },
  softshrink: { apply: softShrink(SHRINK) },
  hardshrink: { apply: hardShrink(SHRINK) },
  tanhshrink: { apply: tanhShrink },
  sparseplus: { apply: sparsePlus },
  sparsesigmoid: { apply: hardSigmoid(0.5) },
  glu: { isOfRows: true, apply: glu },
  gelu: { apply: gelu },
  // TensorFlow.js' name.
  gelunew: { apply: geluByTanh },
  swish,
  silu: swish,
  hardsigmoid: hardSigmoidOfWriter,
  hardswish: hardSwish,
  hardsilu: hardSwish,
  hardtanh: hardTanh,
};

const ACTIVATION_NAMES = [
  'linear',
  'relu',
  'relu6',
  'leaky_relu',
  'elu',
  'sigmoid',
  'tanh',
  'softmax',
  'swish',
  'hard_sigmoid',
  'hard_swish',
  'hard_tanh',
  'selu',
  'exponential',
  'softplus',
  'softsign',
  'log_sigmoid',
  'log_softmax',
  'mish',
  'squareplus',
  'gelu',
  'celu',
  'glu',
  'soft_shrink',
  'hard_shrink',
  'tanh_shrink',
  'sparse_plus',
  'sparse_sigmoid',
] as const;

function reluOf(config: LayerConfig): Activation {
  const [maxValue, threshold] = [config.number('max_value', Infinity), config.number('threshold', 0)];
  const slope = config.number('negative_slope', 0);
  if (!(maxValue > 0)) throw inputError('layer-config', `"max_value" is ${maxValue}, which leaves nothing.`);
  return threshold === 0
    ? rectifier(maxValue, slope)
    : { apply: thresholdedRelu(threshold, maxValue, slope) };
}

/** Where Keras' own layer has a slope below the threshold, this one has none. */
function thresholdedReluOf(config: LayerConfig): Activation {
  const theta = config.number('theta', 1);
  return theta === 0 ? rectifier(Infinity, 0) : { apply: thresholdedRelu(theta, Infinity, 0) };
}

function eluOf(config: LayerConfig): Activation {
  const alpha = config.number('alpha', 1);
  return alpha === 1 ? elu : { apply: scaledElu(alpha, 1) };
}

/** Activation layers by class name; Keras also takes them as the `activation` of another layer. */
export const ACTIVATION_LAYERS: Readonly<Record<string, (config: LayerConfig) => Activation>> = {
  ReLU: reluOf,
  LeakyReLU: (config) =>
    rectifier(Infinity, config.number('negative_slope', config.number('alpha', LAYER_SLOPE))),
  ELU: eluOf,
  ThresholdedReLU: thresholdedReluOf,
};

/** By name, as Keras spells it; throws for those that cannot be converted. */
export function activationNamed(name: string): Activation {
  const key = name.toLowerCase().replaceAll('_', '');
  if (Object.hasOwn(NAMED, key)) return NAMED[key];
  throw unsupportedError(
    'unsupported-activation',
    `the activation "${name}" cannot be converted.`,
    `Use one of ${ACTIVATION_NAMES.join(', ')}.`,
  );
}

/** The member `activation`, or another: a name, a function that Keras 3 wrapped, a layer, or nothing. */
export function activationOf(config: LayerConfig, key = 'activation', otherwise = 'linear'): Activation {
  const value = config.value(key) ?? (config.isNull(key) ? 'linear' : otherwise);
  if (typeof value === 'string') return activationNamed(value);
  if (isJsonObject(value) && typeof value.class_name === 'string') {
    const { class_name: className, config: inner } = value;
    if (className === 'function' && typeof inner === 'string') return activationNamed(inner);
    if (!Object.hasOwn(ACTIVATION_LAYERS, className)) return activationNamed(className);
    return ACTIVATION_LAYERS[className](new LayerConfig(isJsonObject(inner) ? inner : {}));
  }
  throw inputError('layer-config', `"${key}" is ${JSON.stringify(value)} instead of the name of a function.`);
}

/** The member `activation` after an operator that can fuse one. `addOperator` appends that operator. */
export function addActivated(
  layer: LayerContext,
  addOperator: (activation: FusedActivation) => ValueId,
): ValueId {
  const activation = activationOf(layer.config);
  const output = addOperator(activation.fused ?? 'none');
  return activation.fused === undefined ? activation.apply(layer, 'activation', output) : output;
}
