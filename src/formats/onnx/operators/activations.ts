/** Functions of one element that networks have between their layers. */

import {
  type Apply,
  celu,
  clamp,
  gelu,
  geluByTanh,
  hardSigmoid,
  mish,
  scaledElu,
  softplus,
  softsign,
  thresholdedRelu,
} from '../../lowering/functions.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';

function applied(apply: Apply): LowerOnnx {
  return (node) => apply(node, '', node.input(0));
}

function multiplied(node: OnnxNode, part: string, a: Operand, b: Operand): Operand {
  return node.add('mul', part, { activation: 'none' }, [a, b]);
}

function scaled(node: OnnxNode, part: string, input: Operand, factor: number): Operand {
  if (factor === 1) return input;
  return multiplied(node, part, input, node.constant(`${part}/number`, [1], Float32Array.of(factor)));
}

const leakyRelu: LowerOnnx = (node) =>
  node.add('leaky_relu', '', { alpha: node.float('alpha', 0.01) }, [node.input(0)]);

/** Of PRELU in TFLM. */
const MOST_AXES = 4;

/** A slope of old operator sets belongs to the channels; later ones broadcast from the last axis on. */
const prelu: LowerOnnx = (node) => {
  const input = node.input(0);
  const given = node.input(1);
  const rank = input.type.shape.length;
  const isOfChannels = node.version < 7 && given.type.shape.length === 1 && given.type.shape[0] > 1;
  const slope = isOfChannels
    ? node.reshape('slope', given, [given.type.shape[0], ...new Array<number>(rank - 2).fill(1)])
    : given;
  if (rank <= MOST_AXES) return node.add('prelu', '', {}, [input, slope]);
  const zero = node.constant('zero', [1], Float32Array.of(0));
  const below = node.add('minimum', 'below', {}, [input, zero]);
  const above = node.add('relu', 'above', {}, [input]);
  return node.add('add', '', { activation: 'none' }, [above, multiplied(node, 'sloped', below, slope)]);
};

const elu: LowerOnnx = (node) => {
  const alpha = node.float('alpha', 1);
  return alpha === 1
    ? node.add('elu', '', {}, [node.input(0)])
    : scaledElu(alpha, 1)(node, '', node.input(0));
};

const celuOf: LowerOnnx = (node) => celu(node.float('alpha', 1))(node, '', node.input(0));

/** As of version 6, which rounds them to float32. */
const SELU_ALPHA = 1.6732631921768188;
const SELU_GAMMA = 1.0507010221481323;

const selu: LowerOnnx = (node) =>
  scaledElu(node.float('alpha', SELU_ALPHA), node.float('gamma', SELU_GAMMA))(node, '', node.input(0));

const swish: LowerOnnx = (node) => {
  const input = node.input(0);
  const gate = node.add('logistic', 'gate', {}, [scaled(node, 'scaled', input, node.float('alpha', 1))]);
  return multiplied(node, '', input, gate);
};

const approximateGelu: LowerOnnx = (node) => {
  const approximate = node.text('approximate', 'none');
  switch (approximate) {
    case 'none':
      return gelu(node, '', node.input(0));
    case 'tanh':
      return geluByTanh(node, '', node.input(0));
    default:
      throw refuseAttribute('approximate', `is "${approximate}"`);
  }
};

/** Numbers that stand for no limit: the ends of float32. */
const LARGEST = 3.402823e38;

function limitOf(value: number): number {
  return Math.abs(value) > LARGEST ? Math.sign(value) * Infinity : value;
}

/** Limits are attributes before version 11, and inputs from then on. */
const clip: LowerOnnx = (node) => {
  const input = node.input(0);
  if (node.version < 11) {
    return clamp(limitOf(node.float('min', -Infinity)), limitOf(node.float('max', Infinity)))(
      node,
      '',
      input,
    );
  }
  const [low, high] = [node.inputs[1], node.inputs[2]];
  if (input.type.dtype === 'float32' && [low, high].every((limit) => limit === undefined || isKnown(limit))) {
    const [least] = node.numbers(1, 'min') ?? [-Infinity];
    const [most] = node.numbers(2, 'max') ?? [Infinity];
    return clamp(limitOf(least), limitOf(most))(node, '', input);
  }
  const raised = low === undefined ? input : node.add('maximum', 'raise', {}, [input, low]);
  return high === undefined ? raised : node.add('minimum', '', {}, [raised, high]);
};

export const ACTIVATIONS: OnnxOperators = {
  Celu: celuOf,
  Clip: clip,
  Elu: elu,
  Gelu: approximateGelu,
  HardSigmoid: (node) =>
    hardSigmoid(node.float('alpha', 0.2), node.float('beta', 0.5))(node, '', node.input(0)),
  HardSwish: (node) => node.add('hard_swish', '', {}, [node.input(0)]),
  LeakyRelu: leakyRelu,
  Mish: applied(mish),
  PRelu: prelu,
  Relu: (node) => node.add('relu', '', {}, [node.input(0)]),
  Selu: selu,
  Sigmoid: (node) => node.add('logistic', '', {}, [node.input(0)]),
  Softplus: applied(softplus),
  Softsign: applied(softsign),
  Swish: swish,
  Tanh: (node) => node.add('tanh', '', {}, [node.input(0)]),
  ThresholdedRelu: (node) => thresholdedRelu(node.float('alpha', 1), Infinity, 0)(node, '', node.input(0)),
};
