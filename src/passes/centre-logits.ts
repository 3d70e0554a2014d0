/**
 * A softmax does not see a number that is added to all its inputs. The weights in front of it are given the mean zero over
 * the units, so that the logits need no range for what they have in common.
 */

import type { Node, ValueId } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { type Linear, linearOf, withConstants } from './linear.ts';
import type { Pass } from './pass.ts';
import { channelCount } from './scale-shift/scale-shift.ts';

/** Of what all channels have in common at a place, they leave something that all have in common. */
function keepsCommon({ kind, attributes }: Node, rank: number): boolean {
  switch (kind) {
    case 'reshape':
      return true;
    case 'mean':
      return !attributes.axes.includes(rank - 1);
    case 'average_pool_2d':
      return attributes.activation === 'none';
    default:
      return false;
  }
}

/** The linear operator whose units are the classes that a softmax compares. */
function logitsOf(rewrite: Rewrite, softmax: Node): Linear | undefined {
  const [input] = softmax.inputs as readonly [ValueId];
  const classes = channelCount(rewrite.type(input).shape);
  for (let id = input; rewrite.isReadOnce(id); ) {
    const producer = rewrite.producer(id);
    const linear = linearOf(rewrite, producer);
    if (linear !== undefined) return linear.layout.outputs === classes ? linear : undefined;
    const [source] = producer?.inputs ?? [];
    if (producer === undefined || source === undefined) return undefined;
    const { shape } = rewrite.type(source);
    if (channelCount(shape) !== classes || !keepsCommon(producer, shape.length)) return undefined;
    id = source;
  }
  return undefined;
}

/** What is left of the values of each unit without the mean over units; `placeOf` says which values are compared. */
function withoutMeans(values: Float32Array, units: number, unitOf: (index: number) => number): Float32Array {
  const places = values.length / units;
  const means = new Float64Array(places);
  const seen = new Int32Array(units);
  const placeOf = Int32Array.from(values, (_, index) => seen[unitOf(index)]++);
  for (let index = 0; index < values.length; index++) means[placeOf[index]] += values[index] / units;
  return values.map((value, index) => value - means[placeOf[index]]);
}

/** Centred already, but for rounding. */
const NEARLY = 1e-5;

function centre(rewrite: Rewrite, node: Node): boolean {
  if (node.kind !== 'softmax') return false;
  const linear = logitsOf(rewrite, node);
  if (linear === undefined || linear.activation !== 'none' || linear.node.kind === 'depthwise_conv_2d')
    return false;
  const { outputs, outputOf } = linear.layout;
  const weights = withoutMeans(linear.weights, outputs, outputOf);
  const bias = linear.bias === undefined ? undefined : withoutMeans(linear.bias, outputs, (unit) => unit);
  const largest = linear.weights.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isCentred = weights.every((value, i) => Math.abs(value - linear.weights[i]) <= NEARLY * largest);
  // Of one unit, or of units that are alike, nothing would be left, and int8 has no scale for logits that are all zero.
  const isNothing = weights.every((value) => Math.abs(value) <= NEARLY * largest);
  if (isCentred || isNothing) return false;
  const centred = withConstants(rewrite, linear, weights, bias);
  if (centred === undefined) return false;
  rewrite.replace(linear.node, centred);
  return true;
}

/** For float32 graphs that will be int8. */
export const centreLogits: Pass = {
  name: 'centre-logits',
  run: (graph) => rewriteNodes(graph, centre),
};
