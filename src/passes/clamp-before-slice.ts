/**
 * RELU and RELU6 in front of the SLICE that they read, where the operator before it has a scale of its own: in int8 its range
 * ends at the limit then, and the clamp is gone (`quantize/fuse-saturation.ts`). So a transposed convolution whose output is
 * cropped, as PyTorch's padding asks for, needs no RELU. In float32 it would clamp what is cut off.
 */

import type { NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import type { Pass } from './pass.ts';

function swap(rewrite: Rewrite, clamp: NodeOf<'relu'> | NodeOf<'relu6'>): boolean {
  const [sliced] = clamp.inputs as readonly [ValueId];
  const slice = rewrite.producer(sliced);
  if (slice?.kind !== 'slice' || !rewrite.isReadOnce(sliced)) return false;
  const [whole] = slice.inputs as readonly [ValueId];
  const producer = rewrite.producer(whole);
  if (producer === undefined || !rewrite.isReadOnce(whole)) return false;
  const { rule } = opOf(producer.kind).quantRule;
  if (rule !== 'free' && rule !== 'weighted') return false;
  const { name, type } = rewrite.value(whole);
  const clamped = rewrite.fresh(name, type);
  rewrite.replace(
    clamp,
    nodeWith(clamp, { inputs: [whole], outputs: [clamped] }),
    nodeWith(slice, { inputs: [clamped], outputs: clamp.outputs }),
  );
  return true;
}

/** For float32 graphs that will be int8. */
export const clampBeforeSlice: Pass = {
  name: 'clamp-before-slice',
  run: (graph) =>
    rewriteNodes(
      graph,
      (rewrite, node) => (node.kind === 'relu' || node.kind === 'relu6') && swap(rewrite, node),
    ),
};
