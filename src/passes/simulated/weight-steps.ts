/** Scales of weights that a file has in integers, which nothing but a factor for each channel has changed since. */

import { perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import type { Shape } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { channelsAlong, scaleOf, WEIGHT_LIMITS, weightParameters } from '../quantize/parameters.ts';
import { finestScale } from './finest-scale.ts';
import { wholeSteps } from './whole-steps.ts';

/** Weights that have more steps than ±127, which are rounded to another scale. */
export interface RoundedWeights {
  /** The name of the operator. */
  readonly layer: string;
  readonly channels: number;
}

export interface WeightSteps {
  /** By the id of the constant. */
  readonly scales: ReadonlyMap<ValueId, QuantParams>;
  readonly rounded: readonly RoundedWeights[];
}

function channels(data: Float32Array, shape: Shape, axis: number): readonly Float32Array[] {
  const lists = Array.from({ length: shape[axis] }, (): number[] => []);
  const channelOf = channelsAlong(axis, shape);
  for (const [element, value] of data.entries()) lists[channelOf(element)].push(value);
  return lists.map((list) => Float32Array.from(list));
}

interface Found {
  readonly quant: QuantParams;
  readonly rounded: number;
}

/** One scale for all where one does, as the file has it then; or one for each channel, of those without a grid the usual one. */
function stepsOf(data: Float32Array, shape: Shape, axis: number, perChannel: boolean): Found {
  const shared = wholeSteps(data, WEIGHT_LIMITS.int8);
  if (shared !== undefined) {
    const quant = perChannel ? perAxis(axis, new Array(shape[axis]).fill(shared)) : perTensor(shared, 0);
    return { quant, rounded: 0 };
  }
  const usual = weightParameters(data, shape, axis);
  let rounded = 0;
  const scales = channels(data, shape, axis).map((values, channel) => {
    const own = wholeSteps(values, WEIGHT_LIMITS.int8);
    if (own !== undefined) return own;
    if (!values.some((value) => value !== 0)) return scaleOf(usual, channel);
    rounded++;
    return finestScale(values, scaleOf(usual, channel));
  });
  return { quant: perAxis(axis, scales), rounded };
}

function weightsOf(node: Node) {
  const { quantRule } = opOf(node.kind);
  if (quantRule.rule !== 'weighted') return undefined;
  return { id: node.inputs[quantRule.weights], axis: quantRule.axis, perChannel: quantRule.perChannel };
}

/** Of every weighted operator. */
export function weightSteps(graph: Graph): WeightSteps {
  const scales = new Map<ValueId, QuantParams>();
  const rounded: RoundedWeights[] = [];
  for (const node of graph.nodes) {
    const weights = weightsOf(node);
    if (weights?.id === undefined || scales.has(weights.id)) continue;
    const { data, type } = getValue(graph, weights.id);
    if (!(data instanceof Float32Array)) continue;
    const found = stepsOf(data, type.shape, weights.axis, weights.perChannel === 'always');
    scales.set(weights.id, found.quant);
    if (found.rounded > 0) rounded.push({ layer: node.name, channels: found.rounded });
  }
  return { scales, rounded };
}
