/**
 * Means over a whole image, over all steps of a signal, or over other axes side by side, as AVERAGE_POOL_2D. The Arduino libraries' MEAN may be off
 * by one; their pooling is exact. In an int8 graph the pool keeps the input's scale, and a QUANTIZE goes behind it where
 * the mean had another one.
 */

import { sameQuant } from '../../core/quant-params.ts';
import { type Shape, sameShape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/**
 * The image whose height and width are averaged: what is between the batch and the channels, or else what is in front of the averaged
 * axes, 1, these axes, and what is behind them. Undefined where they are not side by side, or the last.
 */
function averagedImage(
  shape: Shape,
  unsorted: readonly number[],
): readonly [number, number, number, number] | undefined {
  const axes = [...unsorted].sort((a, b) => a - b);
  const [first] = axes;
  const end = first + axes.length;
  if (axes.some((axis, index) => axis !== first + index) || end >= shape.length) return undefined;
  const [before, channels] = [product(shape.slice(0, first)), product(shape.slice(end))];
  const isImage = shape.length === 4 && first === 1 && axes.length === 2;
  return isImage
    ? [before, shape[1], shape[2], channels]
    : [before, 1, product(shape.slice(first, end)), channels];
}

function asPool(rewrite: Rewrite, node: NodeOf<'mean'>): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const [output] = node.outputs;
  const [from, to] = [rewrite.type(input), rewrite.type(output)];
  const averaged = averagedImage(from.shape, node.attributes.axes);
  if (averaged === undefined) return false;
  const [batch, height, width, channels] = averaged;
  const filter = [height, width] as const;
  const { name } = node;
  const nodes: Node[] = [];
  const reshaped = (id: ValueId, shape: Shape): ValueId => {
    const fresh = rewrite.fresh(name, { ...from, shape });
    nodes.push(nodeOf('reshape', name, { newShape: shape }, [id], [fresh]));
    return fresh;
  };

  const image = sameShape(from.shape, averaged) ? input : reshaped(input, averaged);
  const pooled = rewrite.fresh(name, { ...from, shape: [batch, 1, 1, channels] });
  // Any step serves the one window; as long a step lets images of a batch lie one under the other.
  const strides = batch === 1 ? ([1, 1] as const) : filter;
  const attributes = { padding: 'valid', strides, filter, activation: 'none' } as const;
  nodes.push(nodeOf('average_pool_2d', name, attributes, [image], [pooled]));
  if (sameQuant(from.quant, to.quant)) {
    nodes.push(nodeOf('reshape', name, { newShape: to.shape }, [pooled], [output]));
  } else {
    nodes.push(nodeOf('quantize', name, {}, [reshaped(pooled, to.shape)], [output]));
  }
  rewrite.replace(node, ...nodes);
  return true;
}

export const meansAsPools: Pass = {
  name: 'means-as-pools',
  run: (graph) => rewriteNodes(graph, (rewrite, node) => node.kind === 'mean' && asPool(rewrite, node)),
};
