/**
 * Reshapes that change nothing for whoever reads them. Those in front of per-element operators and padding move behind
 * them, where they meet the reshape that undoes them, or free the way for a fused activation.
 */

import { type Shape, sameShape } from '../core/tensor.ts';
import { nodeOf } from '../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import { inferPadded, type Padding } from '../ops/movement/padding/padding.ts';
import type { Pass } from './pass.ts';
import { channelCount, perChannel } from './scale-shift/scale-shift.ts';

function reshapeBehind(rewrite: Rewrite, id: ValueId): NodeOf<'reshape'> | undefined {
  const producer = rewrite.producer(id);
  return producer?.kind === 'reshape' ? producer : undefined;
}

function sourceOf(reshape: Node): ValueId {
  return reshape.inputs[0] as ValueId;
}

/** Puts the node in front of the reshape that it reads. */
function swap(
  rewrite: Rewrite,
  node: Node,
  inputs: readonly ValueId[],
  shape: Shape,
  attributes: Readonly<Record<string, unknown>> = {},
): true {
  const [output] = node.outputs;
  const { name, type } = rewrite.value(output);
  const early = rewrite.fresh(name, { ...type, shape });
  rewrite.replace(
    node,
    nodeWith(node, { attributes, inputs, outputs: [early] }),
    nodeOf('reshape', node.name, { newShape: type.shape }, [early], [output]),
  );
  return true;
}

/** The constant such that it broadcasts alike behind a change of shape that keeps the last axis. */
function sameAlongChannels(rewrite: Rewrite, constant: ValueId, from: Shape, to: Shape): ValueId | undefined {
  const data = rewrite.floats(constant);
  const { name, type } = rewrite.value(constant);
  if (data === undefined) return undefined;
  if (data.length > 1 && channelCount(from) !== channelCount(to)) return undefined;
  if (perChannel(data, type.shape, channelCount(from)) === undefined) return undefined;
  return rewrite.constant(name, { dtype: 'float32', shape: [data.length] }, data);
}

/** The operand in front of a reshape that broadcasting does by itself: it only drops axes of size 1 at the front. */
function withFrontAxes(rewrite: Rewrite, id: ValueId | undefined, rank: number): ValueId | undefined {
  const reshape = id === undefined ? undefined : reshapeBehind(rewrite, id);
  if (id === undefined || reshape === undefined) return id;
  const [{ shape }, { shape: source }] = [rewrite.type(id), rewrite.type(sourceOf(reshape))];
  const front = source.length - shape.length;
  const isFrontOnly =
    front > 0 && source.length <= rank && source.slice(0, front).every((size) => size === 1);
  return isFrontOnly && sameShape(source.slice(front), shape) ? sourceOf(reshape) : id;
}

/** Reads operands as they were before axes at the front were dropped, which broadcasting adds again. */
function keepFrontAxes(rewrite: Rewrite, node: Node): boolean {
  const { length } = rewrite.type(node.outputs[0]).shape;
  const inputs = node.inputs.map((id) => withFrontAxes(rewrite, id, length));
  if (inputs.every((id, operand) => id === node.inputs[operand])) return false;
  rewrite.replace(node, nodeWith(node, { inputs }));
  return true;
}

function sinkThroughBinary(rewrite: Rewrite, node: Node): boolean {
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const reshapes = [a, b].map((id) => reshapeBehind(rewrite, id));
  const [reshapeA, reshapeB] = reshapes;
  const { shape } = rewrite.type(node.outputs[0]);
  if (![a, b].some((id, operand) => reshapes[operand] !== undefined && rewrite.isReadOnce(id))) return false;
  const sources = reshapes.map((reshape) => (reshape === undefined ? undefined : sourceOf(reshape)));
  if (reshapeA !== undefined && reshapeB !== undefined) {
    const [shapeA, shapeB] = sources.map((id) => rewrite.type(id as ValueId).shape);
    const alike = sameShape(rewrite.type(a).shape, rewrite.type(b).shape) && sameShape(shapeA, shapeB);
    return alike && swap(rewrite, node, sources as ValueId[], shapeA);
  }
  const [reshaped, constant] = reshapeA !== undefined ? [a, b] : [b, a];
  const source = sources.find((id) => id !== undefined) as ValueId;
  const sourceShape = rewrite.type(source).shape;
  if (!sameShape(rewrite.type(reshaped).shape, shape)) return false;
  const moved = sameAlongChannels(rewrite, constant, shape, sourceShape);
  if (moved === undefined) return false;
  return swap(rewrite, node, reshapeA !== undefined ? [source, moved] : [moved, source], sourceShape);
}

function sinkThroughUnary(rewrite: Rewrite, node: Node): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const reshape = reshapeBehind(rewrite, input);
  if (reshape === undefined || !rewrite.isReadOnce(input)) return false;
  return swap(rewrite, node, [sourceOf(reshape)], rewrite.type(sourceOf(reshape)).shape);
}

/** The same of a shape that has its axes of size 1 elsewhere; undefined where the others differ, or one of size 1 is padded. */
function paddingsOf(shape: Shape, reshaped: Shape, paddings: readonly Padding[]): Padding[] | undefined {
  const [sizes, others] = [shape, reshaped].map((axes) => axes.filter((size) => size !== 1));
  const isKnown = paddings.every(
    (amount, axis) => reshaped[axis] !== 1 || amount.every((count) => count === 0),
  );
  if (!isKnown || !sameShape(sizes, others)) return undefined;
  const left = paddings.filter((_, axis) => reshaped[axis] !== 1);
  return shape.map((size) => (size === 1 ? undefined : left.shift()) ?? [0, 0]);
}

function sinkThroughPad(rewrite: Rewrite, node: NodeOf<'pad'>): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const reshape = reshapeBehind(rewrite, input);
  if (reshape === undefined || !rewrite.isReadOnce(input)) return false;
  const source = sourceOf(reshape);
  const { shape } = rewrite.type(source);
  const paddings = paddingsOf(shape, rewrite.type(input).shape, node.attributes.paddings);
  if (paddings === undefined) return false;
  return swap(rewrite, node, [source], inferPadded(paddings, shape), { paddings });
}

function sink(rewrite: Rewrite, node: Node): boolean {
  const { broadcasts, elementwise } = opOf(node.kind).traits;
  if (broadcasts) return keepFrontAxes(rewrite, node) || sinkThroughBinary(rewrite, node);
  return elementwise && sinkThroughUnary(rewrite, node);
}

/** One operator for all of them, with the shape of the output. */
function asReshape(rewrite: Rewrite, node: Node): true {
  const newShape = rewrite.type(node.outputs[0]).shape;
  rewrite.replace(node, nodeOf('reshape', node.name, { newShape }, node.inputs, node.outputs));
  return true;
}

/** Axes of size 1 move through the others without an element that moves. */
function movesUnitAxes(rewrite: Rewrite, { inputs: [input], attributes }: NodeOf<'transpose'>): boolean {
  const { shape } = rewrite.type(input as ValueId);
  const moved = attributes.permutation.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, place) => place === 0 || axis > moved[place - 1]);
}

function simplify(rewrite: Rewrite, node: NodeOf<'reshape'>): boolean {
  const [input] = node.inputs as readonly [ValueId];
  if (sameShape(rewrite.type(input).shape, node.attributes.newShape)) return rewrite.bypass(node, input);
  return skipReshape(rewrite, node);
}

/** Reads what the reshape before it reads: row-major order makes it the same. */
function skipReshape(rewrite: Rewrite, node: Node): boolean {
  const [input, ...others] = node.inputs as readonly [ValueId];
  const reshape = reshapeBehind(rewrite, input);
  if (reshape === undefined) return false;
  rewrite.replace(node, nodeWith(node, { inputs: [sourceOf(reshape), ...others] }));
  return true;
}

export const dropReshapes: Pass = {
  name: 'drop-reshapes',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      switch (node.kind) {
        case 'reshape':
          return simplify(rewrite, node);
        case 'expand_dims':
        case 'squeeze':
          return asReshape(rewrite, node);
        case 'transpose':
          return movesUnitAxes(rewrite, node) && asReshape(rewrite, node);
        case 'fully_connected':
          // Without keepNumDims it takes its input as rows, whatever the shape.
          return !node.attributes.keepNumDims && skipReshape(rewrite, node);
        case 'pad':
          return sinkThroughPad(rewrite, node);
        default:
          return sink(rewrite, node);
      }
    }),
};
