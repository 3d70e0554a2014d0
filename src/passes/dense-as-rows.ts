/**
 * FULLY_CONNECTED over the last axis of more than one other, as one over rows, with the shape put back by a RESHAPE: the
 * CMSIS-NN kernel asserts an output of 2 to 4 dimensions, and with one weight scale, more than two of them and a depth
 * divisible by 4 it fails another assertion unless four scratch buffers happen to come before its own (tflite-micro
 * 90b983c, `kernels/cmsis_nn/fully_connected.cc`). Every sum is the same, so every byte is. Readers that take rows or
 * another shape anyway read past the RESHAPE, which is then gone.
 */

import { sameQuant } from '../core/quant-params.ts';
import type { TensorType } from '../core/tensor.ts';
import { elementCount } from '../core/tensor.ts';
import { nodeOf } from '../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';

/** What decides it, of a file as of a graph. */
export interface DenseForm {
  /** Number of axes of the output. */
  readonly rank: number;
  /** Weights of one unit. */
  readonly depth: number;
  /** int8 weights with one scale in all. */
  readonly oneScale: boolean;
}

/** CMSIS-NN asserts that it is not so. */
export function hasUnfitRank({ rank }: DenseForm): boolean {
  return rank < 2 || rank > 4;
}

/** CMSIS-NN takes it for a 1×1 convolution, and asserts a place of its scratch buffer that few models have. */
export function failsAsConvolution({ rank, depth, oneScale }: DenseForm): boolean {
  return oneScale && rank > 2 && depth % 4 === 0;
}

function formOf(weights: TensorType, output: TensorType): DenseForm {
  return {
    rank: output.shape.length,
    depth: weights.shape[1],
    oneScale: weights.dtype === 'int8' && weights.quant?.scheme !== 'per-axis',
  };
}

function flatten(rewrite: Rewrite, node: NodeOf<'fully_connected'>): NodeOf<'reshape'> | undefined {
  const [, weights] = node.inputs as readonly [ValueId, ValueId];
  const [output] = node.outputs;
  const { name, type } = rewrite.value(output);
  const form = formOf(rewrite.type(weights), type);
  if (!node.attributes.keepNumDims || !(hasUnfitRank(form) || failsAsConvolution(form))) return undefined;
  const [units] = rewrite.type(weights).shape;
  const rows = rewrite.fresh(name, { ...type, shape: [elementCount(type.shape) / units, units] });
  const reshape = nodeOf('reshape', node.name, { newShape: type.shape }, [rows], [output]);
  rewrite.replace(node, nodeWith(node, { attributes: { keepNumDims: false }, outputs: [rows] }), reshape);
  return reshape as NodeOf<'reshape'>;
}

/** The rows in front of a RESHAPE that `flatten` made, for a node that takes them as well. */
function rowsFor(rewrite: Rewrite, node: Node, made: ReadonlySet<Node>): ValueId | undefined {
  const takesRows =
    node.kind === 'reshape' || (node.kind === 'fully_connected' && !node.attributes.keepNumDims);
  const [input] = node.inputs as readonly [ValueId];
  const reshape = takesRows ? rewrite.producer(input) : undefined;
  if (reshape === undefined || !made.has(reshape)) return undefined;
  const [rows] = reshape.inputs as readonly [ValueId];
  return sameQuant(rewrite.type(rows).quant, rewrite.type(input).quant) ? rows : undefined;
}

export const denseAsRows: Pass = {
  name: 'dense-as-rows',
  run(graph) {
    const made = new Set<Node>();
    return rewriteNodes(graph, (rewrite, node) => {
      const reshape = node.kind === 'fully_connected' ? flatten(rewrite, node) : undefined;
      if (reshape !== undefined) made.add(reshape);
      const rows = reshape === undefined ? rowsFor(rewrite, node, made) : undefined;
      if (rows === undefined) return reshape !== undefined;
      rewrite.replace(node, nodeWith(node, { inputs: [rows, ...node.inputs.slice(1)] }));
      return true;
    });
  },
};
