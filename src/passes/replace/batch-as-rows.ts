/**
 * Pools over several images as one over a single image, whose rows are those of all, one image after another. The Arduino libraries pool
 * the first of a batch alone. Where windows would reach from one image into the next nothing is changed.
 */

import type { Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

type Pool = NodeOf<'average_pool_2d'> | NodeOf<'max_pool_2d'>;

/** The step from window to window down the rows; undefined where a window is not within one image. */
function stepWithin({ filter, strides }: Pool['attributes'], height: number): number | undefined {
  if (filter[0] === 1 && height === 1) return 1;
  return filter[0] <= strides[0] && height % strides[0] === 0 ? strides[0] : undefined;
}

/** [batch, height, width, channels] → [1, batch · height, width, channels] */
function stacked([batch, height, width, channels]: Shape): Shape {
  return [1, batch * height, width, channels];
}

function asRows(rewrite: Rewrite, node: Pool): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const [output] = node.outputs;
  const [from, to] = [rewrite.type(input), rewrite.type(output)];
  const step = from.shape[0] === 1 ? undefined : stepWithin(node.attributes, from.shape[1]);
  if (step === undefined || typeof node.attributes.padding !== 'string') return false;
  const { name } = node;
  const [image, pooled] = [from, to].map((type) =>
    rewrite.fresh(name, { ...type, shape: stacked(type.shape) }),
  );
  const strides = [step, node.attributes.strides[1]] as const;
  rewrite.replace(
    node,
    nodeOf('reshape', name, { newShape: stacked(from.shape) }, [input], [image]),
    nodeWith(
      { ...node, attributes: { ...node.attributes, strides } },
      { inputs: [image], outputs: [pooled] },
    ),
    nodeOf('reshape', name, { newShape: to.shape }, [pooled], [output]),
  );
  return true;
}

export const batchAsRows: Pass = {
  name: 'batch-as-rows',
  run: (graph) =>
    rewriteNodes(
      graph,
      (rewrite, node) =>
        (node.kind === 'average_pool_2d' || node.kind === 'max_pool_2d') && asRows(rewrite, node),
    ),
};
