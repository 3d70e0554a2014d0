/**
 * A scale and shift before a linear operator becomes part of its weights and bias: input normalization, and batch
 * normalization behind an activation. Left alone, the int8 product has one scale for all channels, and one channel
 * with a wide range ruins the others. Padding puts zeros behind the shift, so a convolution that pads takes a scale
 * only.
 */

import type { Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import { type Linear, linearOf, padsInput, withConstants } from '../linear.ts';
import type { Pass } from '../pass.ts';
import { channelCount, type ScaleShift, scaleShiftOf } from './scale-shift.ts';

/** Whether a scale and shift for each index of the last axis of the operand means the same behind the operator. */
function letsThrough(node: Node, { scale, shift }: ScaleShift, rank: number): boolean {
  const crossing = opOf(node.kind).traits.crossing(node.attributes, rank);
  const scales =
    crossing.scale === 'any' || (crossing.scale === 'nonnegative' && scale.every((factor) => factor >= 0));
  return scales && (crossing.shift || shift.every((term) => term === 0));
}

interface Way {
  readonly scaleShift: ScaleShift;
  /** What is crossed, last first. */
  readonly crossed: readonly Node[];
}

/** From the input of a linear operator up to a scale and shift, across operators that nothing else reads. */
function findWay(rewrite: Rewrite, from: ValueId): Way | undefined {
  const crossed: Node[] = [];
  for (let id = from; ; ) {
    const producer = rewrite.producer(id);
    const scaleShift = scaleShiftOf(rewrite, producer);
    const rank = (node: Node): number => rewrite.type(node.inputs[0] as ValueId).shape.length;
    if (scaleShift !== undefined) {
      const free = crossed.every((node) => letsThrough(node, scaleShift, rank(node)));
      return scaleShift.activation === 'none' && free ? { scaleShift, crossed } : undefined;
    }
    if (producer === undefined || !rewrite.isReadOnce(id)) return undefined;
    const { scale } = opOf(producer.kind).traits.crossing(producer.attributes, rank(producer));
    if (scale === 'none') return undefined;
    crossed.push(producer);
    id = producer.inputs[0] as ValueId;
  }
}

/** The vector for another number of channels: repeated where they are several pixels, else only if all are alike. */
function stretch(vector: Float64Array, channels: number): Float64Array | undefined {
  if (channels % vector.length !== 0 && !vector.every((value) => value === vector[0])) return undefined;
  return Float64Array.from({ length: channels }, (_, channel) => vector[channel % vector.length]);
}

/** The vector behind the crossed operators, for the input channels of the linear operator. */
function carry(
  rewrite: Rewrite,
  vector: Float64Array,
  { crossed }: Way,
  linear: Linear,
): Float64Array | undefined {
  const sizes = crossed.map((node) => channelCount(rewrite.type(node.outputs[0]).shape)).reverse();
  let carried: Float64Array | undefined = vector;
  for (const size of [...sizes, linear.layout.inputs]) {
    carried = carried === undefined ? undefined : stretch(carried, size);
  }
  return carried;
}

export const foldScaleShiftForward: Pass = {
  name: 'fold-scale-shift-forward',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const linear = linearOf(rewrite, node);
      const way = linear === undefined ? undefined : findWay(rewrite, linear.input);
      if (linear === undefined || way === undefined) return false;
      const scale = carry(rewrite, way.scaleShift.scale, way, linear);
      const shift = carry(rewrite, way.scaleShift.shift, way, linear);
      if (scale === undefined || shift === undefined) return false;
      const shifts = shift.some((value) => value !== 0);
      if (shifts && padsInput(linear.node, (id) => rewrite.type(id))) return false;

      const { layout, weights, bias } = linear;
      const sums = Float64Array.from({ length: layout.outputs }, (_, channel) => bias?.[channel] ?? 0);
      for (const [index, weight] of weights.entries()) {
        sums[layout.outputOf(index)] += weight * shift[layout.inputOf(index)];
      }
      const folded = withConstants(
        rewrite,
        linear,
        weights.map((weight, index) => weight * scale[layout.inputOf(index)]),
        shifts || bias !== undefined ? Float32Array.from(sums) : undefined,
      );
      if (folded === undefined) return false;
      const source = way.scaleShift.input;
      const first = way.crossed.at(-1);
      const [, ...constants] = folded.inputs;
      rewrite.replace(
        node,
        first === undefined ? nodeWith(folded, { inputs: [source, ...constants] }) : folded,
      );
      if (first !== undefined) rewrite.replace(first, nodeWith(first, { inputs: [source] }));
      return true;
    }),
};
