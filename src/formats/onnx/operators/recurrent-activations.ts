/** The functions that LSTM, GRU and RNN name in their attributes. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import {
  type Apply,
  hardSigmoid,
  scalar,
  scaledElu,
  softplus,
  softsign,
  thresholdedRelu,
  within,
} from '../../lowering/functions.ts';
import type { OnnxNode } from '../node.ts';

const sigmoid: Apply = (writer, part, input) => writer.add('logistic', part, {}, [input]);
const tanh: Apply = (writer, part, input) => writer.add('tanh', part, {}, [input]);
const relu: Apply = (writer, part, input) => writer.add('relu', part, {}, [input]);

/** factor · x + offset. */
function affine(factor: number, offset: number): Apply {
  return (writer, part, input) => {
    const scaled = writer.add('mul', within(part, 'scaled'), { activation: 'none' }, [
      input,
      scalar(writer, within(part, 'factor'), factor),
    ]);
    return writer.add('add', part, { activation: 'none' }, [
      scaled,
      scalar(writer, within(part, 'offset'), offset),
    ]);
  };
}

/** factor · tanh(inner · x). */
function scaledTanh(factor: number, inner: number): Apply {
  return (writer, part, input) => {
    const times = (name: string, x: typeof input, number: number) =>
      writer.add('mul', name, { activation: 'none' }, [x, scalar(writer, within(name, 'number'), number)]);
    const scaled = times(within(part, 'inner'), input, inner);
    return times(part, writer.add('tanh', within(part, 'tanh'), {}, [scaled]), factor);
  };
}

/** A function of up to two numbers, and what they are where a file says nothing. */
interface Named {
  readonly numbers: readonly number[];
  readonly of: (alpha: number, beta: number) => Apply;
}

/** By name in lower case. */
const NAMED: Readonly<Record<string, Named>> = {
  affine: { numbers: [1, 0], of: affine },
  elu: { numbers: [1], of: (alpha) => scaledElu(alpha, 1) },
  hardsigmoid: { numbers: [0.2, 0.5], of: hardSigmoid },
  leakyrelu: {
    numbers: [0.01],
    of: (alpha) => (writer, part, input) => writer.add('leaky_relu', part, { alpha }, [input]),
  },
  relu: { numbers: [], of: () => relu },
  scaledtanh: { numbers: [1, 1], of: scaledTanh },
  sigmoid: { numbers: [], of: () => sigmoid },
  softplus: { numbers: [], of: () => softplus },
  softsign: { numbers: [], of: () => softsign },
  tanh: { numbers: [], of: () => tanh },
  thresholdedrelu: { numbers: [1], of: (alpha) => thresholdedRelu(alpha, Infinity, 0) },
};

/** Whether a node has these functions in each direction, by name. */
export function hasActivations(node: OnnxNode, wanted: readonly string[], directions: number): boolean {
  const names = node.texts('activations');
  if (names === undefined) return true;
  const all = Array.from({ length: directions }, () => wanted).flat();
  return names.join().toLowerCase() === all.join().toLowerCase();
}

/**
 * The functions of a node in the order of its attribute, `defaults` for each direction where it has none. Functions take
 * their numbers one after the other from `activation_alpha` and `activation_beta`.
 */
export function recurrentActivations(
  node: OnnxNode,
  defaults: readonly string[],
  directions: number,
): readonly Apply[] {
  const names = node.texts('activations') ?? Array.from({ length: directions }, () => defaults).flat();
  if (names.length !== directions * defaults.length) {
    throw inputError(
      'onnx-attribute',
      `its "activations" are ${names.length} for ${counted(directions * defaults.length, 'function')}.`,
    );
  }
  const lists = [node.floats('activation_alpha') ?? [], node.floats('activation_beta') ?? []];
  const taken = [0, 0];
  return names.map((name) => {
    const key = name.toLowerCase();
    if (!Object.hasOwn(NAMED, key)) {
      throw unsupportedError(
        'unsupported-activation',
        `its activation "${name}" cannot be converted.`,
        `Use one of ${Object.keys(NAMED).join(', ')}.`,
      );
    }
    const { numbers, of } = NAMED[key];
    const [alpha, beta] = numbers.map((otherwise, index) => lists[index][taken[index]++] ?? otherwise);
    return of(alpha, beta);
  });
}
