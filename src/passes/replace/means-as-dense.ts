/**
 * Means over the last axes, as of a normalization over channels, as dense layers of one unit whose weights are one part of so many. The
 * Arduino libraries' MEAN may be off by one; their FULLY_CONNECTED is exact, and its output has a scale of its own, as that of a mean.
 */

import { elementCount } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

function asDense(rewrite: Rewrite, node: NodeOf<'mean'>): boolean {
  const [input] = node.inputs as readonly [ValueId];
  const [output] = node.outputs;
  const [from, to] = [rewrite.type(input), rewrite.type(output)];
  const kept = from.shape.length - node.attributes.axes.length;
  const areLast = node.attributes.axes.every((axis) => axis >= kept);
  if (from.dtype !== 'float32' || kept === 0 || !areLast) return false;
  const { name } = node;
  const rows = elementCount(to.shape);
  const depth = elementCount(from.shape) / rows;
  const [row, mean] = [depth, 1].map((size) =>
    rewrite.fresh(name, { dtype: 'float32', shape: [rows, size] }),
  );
  const weights = rewrite.constant(
    name,
    { dtype: 'float32', shape: [1, depth] },
    new Float32Array(depth).fill(1 / depth),
  );
  const attributes = { activation: 'none', keepNumDims: false } as const;
  rewrite.replace(
    node,
    nodeOf('reshape', name, { newShape: [rows, depth] }, [input], [row]),
    nodeOf('fully_connected', name, attributes, [row, weights], [mean]),
    nodeOf('reshape', name, { newShape: to.shape }, [mean], [output]),
  );
  return true;
}

export const meansAsDense: Pass = {
  name: 'means-as-dense',
  run: (graph) => rewriteNodes(graph, (rewrite, node) => node.kind === 'mean' && asDense(rewrite, node)),
};
