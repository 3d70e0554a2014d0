/** A TRANSPOSE of what a dense layer makes and a RESHAPE unrolls: the layer's units change their order instead. */

import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import type { Pass } from '../pass.ts';
import { permuted, sourceIndices } from './permutation.ts';

interface Chain {
  readonly dense: NodeOf<'fully_connected'>;
  /** Values between the dense layer and the transpose whose shape is that of the image. */
  readonly images: readonly ValueId[];
}

/** The dense layer, functions of one element behind it, and the reshape among them, all read once. */
function chainBefore(rewrite: Rewrite, input: ValueId): Chain | undefined {
  const images: ValueId[] = [];
  let isImage = true;
  for (let id = input; ; ) {
    const node = rewrite.producer(id);
    if (node === undefined || !rewrite.isReadOnce(id)) return undefined;
    if (isImage) images.push(id);
    if (node.kind === 'fully_connected') return isImage ? undefined : { dense: node, images };
    if (node.kind === 'reshape' && isImage) isImage = false;
    else if (!opOf(node.kind).traits.elementwise) return undefined;
    id = node.inputs[0] as ValueId;
  }
}

function moveUnits(rewrite: Rewrite, node: NodeOf<'transpose'>): boolean {
  const input = node.inputs[0] as ValueId;
  const chain = chainBefore(rewrite, input);
  if (chain === undefined) return false;
  const { dense, images } = chain;
  const [x, weights, bias] = dense.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const [data, offsets] = [rewrite.floats(weights), rewrite.floats(bias)];
  const { shape } = rewrite.type(input);
  const { permutation } = node.attributes;
  const [units, depth] = rewrite.type(weights).shape;
  const order = sourceIndices(shape, permutation);
  if (data === undefined || order.length !== units) return false;
  if (bias !== undefined && offsets === undefined) return false;
  const movedWeights = Float32Array.from(data);
  for (const [to, from] of order.entries()) {
    movedWeights.set(data.subarray(from * depth, (from + 1) * depth), to * depth);
  }
  const moved = (id: ValueId, content: Float32Array): ValueId => {
    const { name, type } = rewrite.value(id);
    return rewrite.constant(name, type, content);
  };
  const movedBias =
    bias === undefined || offsets === undefined
      ? undefined
      : moved(
          bias,
          Float32Array.from(order, (from) => offsets[from]),
        );
  rewrite.replace(dense, nodeWith(dense, { inputs: [x, moved(weights, movedWeights), movedBias] }));
  const newShape = permuted(shape, permutation);
  for (const id of images) {
    const value = rewrite.value(id);
    rewrite.redefine({ ...value, type: { ...value.type, shape: newShape } });
    const producer = rewrite.producer(id);
    if (producer?.kind === 'reshape')
      rewrite.replace(producer, nodeWith(producer, { attributes: { newShape } }));
  }
  return rewrite.bypass(node, input);
}

export const intoDenseWeights: Pass = {
  name: 'into-dense-weights',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => node.kind === 'transpose' && moveUnits(rewrite, node)),
};
