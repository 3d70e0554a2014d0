/**
 * int8 FULLY_CONNECTED with a weight scale for each unit, as CONV_2D over an image of one pixel a row. The Arduino
 * libraries take the first scale for all in the one, and compute the other exactly. TFLM has the same multipliers for
 * both, so every byte of the results stays (tflite-micro 90b983c, `PopulateConvolutionQuantizationParams`).
 */

import { elementCount, type Shape, sameShape, type TensorType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';
import { MadeReshapes } from './made-reshapes.ts';

/** The weights as filters of one pixel. */
function filters(rewrite: Rewrite, weights: ValueId): ValueId | undefined {
  const { name, type, data } = rewrite.value(weights);
  if (type.dtype !== 'int8' || type.quant?.scheme !== 'per-axis' || data === undefined) return undefined;
  const [units, depth] = type.shape;
  return rewrite.constant(name, { ...type, shape: [units, 1, 1, depth] }, data);
}

function hasOneScale({ dtype, quant }: TensorType): boolean {
  return dtype === 'int8' && quant?.scheme === 'per-tensor';
}

function asConvolution(rewrite: Rewrite, node: NodeOf<'fully_connected'>, reshapes: MadeReshapes): boolean {
  const [input, weights, bias] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const [output] = node.outputs;
  const [from, to] = [rewrite.type(input), rewrite.type(output)];
  const [units, depth] = rewrite.type(weights).shape;
  const rows = elementCount(to.shape) / units;
  // Damaged files have scales for each channel, or none; a convolution is refused with them.
  if (!hasOneScale(from) || !hasOneScale(to)) return false;
  // TFLM takes inputs of which a rest is left over; a convolution does not.
  if (elementCount(from.shape) !== rows * depth) return false;
  const filter = filters(rewrite, weights);
  if (filter === undefined) return false;

  const nodes: Node[] = [];
  const image: Shape = [1, 1, rows, depth];
  let pixels = input;
  if (!sameShape(from.shape, image)) {
    pixels = rewrite.fresh(node.name, { ...from, shape: image });
    nodes.push(reshapes.make(node.name, image, input, pixels));
  }
  const sums = rewrite.fresh(node.name, { ...to, shape: [1, 1, rows, units] });
  const { activation } = node.attributes;
  const window = { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation } as const;
  const operands = bias === undefined ? [pixels, filter] : [pixels, filter, bias];
  nodes.push(
    nodeOf('conv_2d', node.name, window, operands, [sums]),
    reshapes.make(node.name, to.shape, sums, output),
  );
  rewrite.replace(node, ...nodes);
  return true;
}

export const denseAsConvolutions: Pass = {
  name: 'dense-as-convolutions',
  run(graph) {
    const reshapes = new MadeReshapes();
    return rewriteNodes(
      graph,
      (rewrite, node) =>
        (node.kind === 'fully_connected' && asConvolution(rewrite, node, reshapes)) ||
        reshapes.simplify(rewrite, node),
    );
  },
};
