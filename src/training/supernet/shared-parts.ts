/** Which weights of networks of one space are the same ones: by layer, and by what of their shape must agree. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import { inputAt } from '../layer-inputs.ts';
import type { WeightSpec } from '../layers/layer.ts';
import type { TopologyLayer } from '../topology.ts';

/** A dimension, or a part of one: behind Flatten the last one is places times channels. */
interface Axis {
  readonly size: number;
  /** Networks of other widths have more of it, or less; the first so many are the same. */
  readonly isElastic: boolean;
}

/** A weight of a network as a piece of one that many networks share. */
export interface SharedPart {
  /** Equal for those that share it. */
  readonly key: string;
  /** By axis; the elements lie in this order. */
  readonly shape: Shape;
  readonly spec: WeightSpec;
}

const exactly = (...sizes: readonly number[]): Axis[] => sizes.map((size) => ({ size, isElastic: false }));

const countOf = (axes: readonly Axis[]): number => elementCount(axes.map(({ size }) => size));

function behindFlatten(shape: Shape, channels: readonly Axis[]): readonly Axis[] {
  return [...exactly(elementCount(shape) / countOf(channels)), ...channels];
}

/** What the last dimension of a layer's output is made of, by that of its first input. */
function channelsOf(
  { spec, inputShape, outputShape }: TopologyLayer,
  given: readonly Axis[],
): readonly Axis[] {
  switch (spec.type) {
    case 'Dense':
      return [{ size: spec.units, isElastic: true }];
    case 'Conv1D':
    case 'Conv2D':
    case 'SeparableConv2D':
      return [{ size: spec.filters, isElastic: true }];
    case 'DepthwiseConv2D':
      return [...given, ...exactly(spec.depthMultiplier)];
    case 'Flatten':
      return behindFlatten(inputShape, given);
    case 'LSTM':
    case 'GRU':
    case 'SimpleRNN':
      // All units see one another: those of a network with more of them are others.
      return exactly(spec.units);
    default:
      // Reshape and Concatenate may put channels anywhere.
      return countOf(given) === outputShape.at(-1) ? given : exactly(outputShape.at(-1) ?? 1);
  }
}

/** By the names of weights, what axes they have. */
function axesOf(spec: WeightSpec, inputs: readonly Axis[], outputs: readonly Axis[]): readonly Axis[] {
  const { name, shape } = spec;
  const around = exactly(...shape.slice(0, -2));
  switch (name) {
    case 'kernel':
    case 'pointwise_kernel':
      return [...around, ...inputs, ...outputs];
    case 'depthwise_kernel':
      return [...around, ...inputs, ...exactly(shape.at(-1) ?? 1)];
    case 'recurrent_kernel':
      return exactly(...shape);
    default:
      return outputs;
  }
}

function partOf(layer: string, spec: WeightSpec, axes: readonly Axis[]): SharedPart {
  const known = countOf(axes) === elementCount(spec.shape) ? axes : exactly(...spec.shape);
  const form = known.map(({ size, isElastic }) => (isElastic ? '*' : size)).join('x');
  return { key: `${layer}/${spec.name} ${form}`, shape: known.map(({ size }) => size), spec };
}

/** Of every weight of a topology, in their order. */
export function sharedParts(layers: readonly TopologyLayer[]): readonly SharedPart[] {
  const channels: (readonly Axis[])[] = [];
  return layers.flatMap((layer) => {
    const [first] = layer.inputs;
    const inputs = inputAt(first) === undefined ? channels[first] : exactly(layer.inputShape.at(-1) ?? 1);
    const outputs = channelsOf(layer, inputs);
    channels.push(outputs);
    const between =
      layer.spec.type === 'SeparableConv2D' ? [...inputs, ...exactly(layer.spec.depthMultiplier)] : inputs;
    return layer.weights.map((spec) =>
      partOf(layer.name, spec, axesOf(spec, spec.name === 'pointwise_kernel' ? between : inputs, outputs)),
    );
  });
}
