/**
 * Means over a whole image, or over all steps of a signal, as AVERAGE_POOL_2D. The Arduino libraries' MEAN may be off
 * by one; their pooling is exact. In an int8 graph the pool keeps the input's scale, and a QUANTIZE goes behind it where
 * the mean had another one.
 */

import { sameQuant } from '../../core/quant-params.ts';
import type { Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

/** [height, width] of what is averaged, if that is everything between the batch and the channels. */
function averagedWindow(shape: Shape, axes: readonly number[]): readonly [number, number] | undefined {
  const between = shape.slice(1, -1);
  const all = axes.length === between.length && axes.every((axis, index) => axis === index + 1);
  if (!all) return undefined;
  if (between.length === 1) return [1, between[0]];
  return between.length === 2 ? [between[0], between[1]] : undefined;
}

function asPool(rewrite: Rewrite, node: NodeOf<'mean'>): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const [output] = node.outputs;
  const [from, to] = [rewrite.type(input), rewrite.type(output)];
  const filter = averagedWindow(from.shape, node.attributes.axes);
  if (filter === undefined) return false;
  const [batch, channels] = [from.shape[0], from.shape[from.shape.length - 1]];
  const { name } = node;
  const nodes: Node[] = [];
  const reshaped = (id: ValueId, shape: Shape): ValueId => {
    const fresh = rewrite.fresh(name, { ...from, shape });
    nodes.push(nodeOf('reshape', name, { newShape: shape }, [id], [fresh]));
    return fresh;
  };

  const image = from.shape.length === 4 ? input : reshaped(input, [batch, ...filter, channels]);
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
