/**
 * FULLY_CONNECTED over the last axis of more than one other, as one over rows, with the shape put back by a RESHAPE: the
 * CMSIS-NN kernel asserts an output of 2 to 4 dimensions, and with one weight scale, more than two of them and a depth
 * divisible by 4 it fails another assertion unless four scratch buffers happen to come before its own (tflite-micro
 * 90b983c, `kernels/cmsis_nn/fully_connected.cc`). Every sum is the same, so every byte is. Readers that take rows or
 * another shape anyway read past the RESHAPE, which is then gone.
 */

import type { TensorType } from '../../core/tensor.ts';
import { elementCount } from '../../core/tensor.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';
import { MadeReshapes } from './made-reshapes.ts';

/** What decides it, of a file as of a graph. */
export interface DenseForm {
  /** Number of axes of the output. */
  readonly rank: number;
  /** Weights of one unit. */
  readonly depth: number;
  /** int8 activations and weights, with one scale of the weights in all. */
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

function formOf(input: TensorType, weights: TensorType, output: TensorType): DenseForm {
  return {
    rank: output.shape.length,
    depth: weights.shape[1],
    oneScale: input.dtype === 'int8' && weights.dtype === 'int8' && weights.quant?.scheme !== 'per-axis',
  };
}

function flatten(rewrite: Rewrite, node: NodeOf<'fully_connected'>, reshapes: MadeReshapes): boolean {
  const [input, weights] = node.inputs as readonly [ValueId, ValueId];
  const [output] = node.outputs;
  const { name, type } = rewrite.value(output);
  const form = formOf(rewrite.type(input), rewrite.type(weights), type);
  if (!node.attributes.keepNumDims || !(hasUnfitRank(form) || failsAsConvolution(form))) return false;
  const [units] = rewrite.type(weights).shape;
  const rows = rewrite.fresh(name, { ...type, shape: [elementCount(type.shape) / units, units] });
  rewrite.replace(
    node,
    nodeWith(node, { attributes: { keepNumDims: false }, outputs: [rows] }),
    reshapes.make(node.name, type.shape, rows, output),
  );
  return true;
}

export const denseAsRows: Pass = {
  name: 'dense-as-rows',
  run(graph) {
    const reshapes = new MadeReshapes();
    return rewriteNodes(
      graph,
      (rewrite, node) =>
        (node.kind === 'fully_connected' && flatten(rewrite, node, reshapes)) ||
        reshapes.simplify(rewrite, node),
    );
  },
};
