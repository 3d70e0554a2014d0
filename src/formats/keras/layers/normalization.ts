/** Layers that normalize by statistics of the values themselves. */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount } from '../../../core/tensor.ts';
import type { ValueId } from '../../../ir/graph.ts';
import {
  groupNormalized,
  normalized,
  rootMeanNormalized,
  scaledAndShifted,
} from '../../lowering/normalizations.ts';
import type { LayerConfig } from '../config.ts';
import { type LayerContext, type LayerValue, positiveAxis } from '../layer.ts';
import { alongLast, ascendingAxes } from './along-last.ts';

/** The axes that "axis" names, from the front and in ascending order. */
function axesOf({ config, inputs: [{ shape }] }: LayerContext): readonly number[] {
  const axes = config.numbers('axis') ?? [-1];
  return ascendingAxes(axes.map((axis) => positiveAxis(axis, shape.length)));
}

/** A weight with one number for each element of some axes, as it broadcasts over all of them. */
function weightOver(layer: LayerContext, name: string, axes: readonly number[]): ValueId {
  const { shape } = layer.inputs[0];
  const { data } = layer.weight(
    name,
    axes.map((axis) => shape[axis]),
  );
  const broadcast = shape.map((size, axis) => (axes.includes(axis) ? size : 1)).slice(axes[0]);
  return layer.constant(name, broadcast, data);
}

/** `gamma` and `beta` over the axes, as far as the layer has them. */
function affine(layer: LayerContext, part: string, input: ValueId, axes: readonly number[]): ValueId {
  const { config } = layer;
  const [scale, shift] = (['gamma', 'beta'] as const).map((name) =>
    affineWeights(config).includes(name) ? weightOver(layer, name, axes) : undefined,
  );
  return scaledAndShifted(layer, part, input, scale, shift);
}

/** Of LayerNormalization and GroupNormalization, in the order of the file. */
export function affineWeights(config: LayerConfig): readonly string[] {
  const byVariance = config.boolean('rms_scaling', false);
  return [
    ...(config.boolean('scale', true) || byVariance ? ['gamma'] : []),
    ...(config.boolean('center', true) && !byVariance ? ['beta'] : []),
  ];
}

/** Behind the statistics something has the name of the layer. */
function partOf({ config }: LayerContext): string {
  return affineWeights(config).length === 0 ? '' : 'normalized';
}

/** Keras' default, which is not that of ONNX. */
const EPSILON = 1e-3;

function epsilonOf({ config }: LayerContext, otherwise = EPSILON): number {
  const epsilon = config.number('epsilon', otherwise);
  if (epsilon >= 0) return epsilon;
  throw inputError('layer-config', `"epsilon" is ${epsilon}, which is below 0.`);
}

/** An image of a sequence has an axis more in the graph, right behind that of the batch. */
function inGraph(layer: LayerContext, axes: readonly number[]): readonly number[] {
  return layer.isWide(layer.inputs[0]) ? axes.map((axis) => axis + 1) : axes;
}

export function importLayerNormalization(layer: LayerContext): LayerValue {
  const [{ id, shape }] = layer.inputs;
  const axes = axesOf(layer);
  const { result, inverse } = normalized(layer, partOf(layer), id, inGraph(layer, axes), epsilonOf(layer));
  // What Keras calls so multiplies by the reciprocal of the deviation, and leaves the mean.
  const scaled = layer.config.boolean('rms_scaling', false)
    ? layer.add('mul', 'by_deviation', { activation: 'none' }, [id, inverse])
    : result;
  return { id: affine(layer, '', scaled, axes), shape };
}

export function importRmsNormalization(layer: LayerContext): LayerValue {
  const [{ id, shape }] = layer.inputs;
  const axes = axesOf(layer);
  const epsilon = epsilonOf(layer, 1e-6);
  const result = rootMeanNormalized(layer, 'normalized', id, inGraph(layer, axes), epsilon);
  return { id: scaledAndShifted(layer, '', result, weightOver(layer, 'scale', axes), undefined), shape };
}

/** -1 stands for as many groups as there are channels; refuses what divides them into no equal parts. */
function groupsOf({ config }: LayerContext, channels: number): number {
  const groups = config.value('groups') === undefined ? 32 : config.integer('groups');
  const count = groups === -1 ? channels : groups;
  if (count > 0 && channels % count === 0) return count;
  throw inputError('layer-config', `"groups" is ${groups} for ${counted(channels, 'channel')}.`);
}

/** Each group by itself; groups of one channel need no axis of their own, and one of all channels neither. */
export function importGroupNormalization(layer: LayerContext): LayerValue {
  const [value] = layer.inputs;
  const { shape } = value;
  const axes = axesOf(layer);
  if (axes.length !== 1) throw inputError('layer-config', `"axis" names ${axes.length} axes instead of one.`);
  const [axis] = axes;
  const groups = groupsOf(layer, shape[axis]);
  const epsilon = epsilonOf(layer);
  const others = shape.flatMap((_, index) => (index === 0 || (index === axis && groups > 1) ? [] : [index]));
  if (groups === 1 || (groups === shape[axis] && elementCount(shape) > shape[axis])) {
    const { result } = normalized(layer, partOf(layer), value.id, inGraph(layer, others), epsilon);
    return { id: affine(layer, '', result, axes), shape };
  }
  const part = 'of_groups';
  const result = groupNormalized(layer, part, layer.narrow(value), { axis, groups, epsilon });
  const spread = layer.reshape(partOf(layer), result, shape);
  return { id: affine(layer, '', spread, axes), shape };
}

/** Rows of length 1; Keras and TFLM divide by at least 10⁻⁶ alike. */
export function importUnitNormalization(layer: LayerContext): LayerValue {
  return alongLast(layer, layer.inputs[0], axesOf(layer), (part, id) =>
    layer.add('l2_normalization', part, {}, [id]),
  );
}
