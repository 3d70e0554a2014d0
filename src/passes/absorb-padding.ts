/** Zeros put around an image in front of a convolution: those that SAME padding puts there itself, or that no window reaches. */

import type { Shape } from '../core/tensor.ts';
import type { Node, NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import type { Padding } from '../ops/movement/padding/padding.ts';
import { type Pair, paddingBefore, positions, type Sliding } from '../ops/window.ts';
import type { Pass } from './pass.ts';

type Convolution = NodeOf<'conv_2d'> | NodeOf<'depthwise_conv_2d'>;

/**
 * Whether SAME padding of the bare image makes the same windows: as many of them, and the first where the padding
 * begins. What lies behind the image is zero either way.
 */
function isSamePadding(
  { attributes: { paddings } }: NodeOf<'pad'>,
  sliding: Sliding,
  image: Shape,
  output: Shape,
): boolean {
  const [batch, rows, columns, channels] = paddings;
  const bare = [image[0], image[1], image[2], image[3]] as const;
  const [height, width] = positions(sliding, bare);
  const [top, left] = paddingBefore(sliding, bare);
  const around = [...batch, ...channels].every((amount) => amount === 0);
  return around && rows[0] === top && columns[0] === left && height === output[1] && width === output[2];
}

/** Without what lies behind the last window along one of the two axes of the image. */
function reached(
  { strides, dilations, filter }: Sliding,
  axis: 0 | 1,
  [before, after]: Padding,
  padded: number,
  outputs: number,
): Padding {
  const end = (outputs - 1) * strides[axis] + (filter[axis] - 1) * dilations[axis] + 1;
  return [before, after - Math.max(0, Math.min(after, padded - end))];
}

/** PyTorch pads both sides alike: windows that move by two often leave the far side alone. */
function trim(rewrite: Rewrite, node: Convolution, pad: NodeOf<'pad'>, sliding: Sliding): boolean {
  const [padded] = pad.outputs;
  const { name, type } = rewrite.value(padded);
  if (!rewrite.isReadOnce(padded)) return false;
  const [batch, rows, columns, channels] = pad.attributes.paddings;
  const output = rewrite.type(node.outputs[0]).shape;
  const paddings = [
    batch,
    reached(sliding, 0, rows, type.shape[1], output[1]),
    reached(sliding, 1, columns, type.shape[2], output[2]),
    channels,
  ];
  const spare = paddings.map(([, after], axis) => pad.attributes.paddings[axis][1] - after);
  if (spare.every((amount) => amount === 0)) return false;
  const shape = type.shape.map((size, axis) => size - spare[axis]);
  const trimmed = rewrite.fresh(name, { ...type, shape });
  rewrite.replace(
    node,
    nodeWith(pad, { attributes: { paddings }, outputs: [trimmed] }),
    readingFrom(node, trimmed),
  );
  return true;
}

function readingFrom(node: Convolution, image: ValueId, attributes: Partial<Sliding> = {}): Node {
  return nodeWith(node, { attributes, inputs: [image, ...node.inputs.slice(1)] });
}

function absorb(rewrite: Rewrite, node: Convolution): boolean {
  const [padded, weights] = node.inputs as readonly [ValueId, ValueId];
  const pad = rewrite.producer(padded);
  if (pad?.kind !== 'pad' || node.attributes.padding !== 'valid') return false;
  const [image] = pad.inputs as readonly [ValueId];
  const [, height, width] = rewrite.type(weights).shape;
  const filter: Pair = [height, width];
  const same: Sliding = { ...node.attributes, padding: 'same', filter };
  const output = rewrite.type(node.outputs[0]).shape;
  if (isSamePadding(pad, same, rewrite.type(image).shape, output)) {
    rewrite.replace(node, readingFrom(node, image, { padding: 'same' }));
    return true;
  }
  return trim(rewrite, node, pad, { ...same, padding: 'valid' });
}

export const absorbPadding: Pass = {
  name: 'absorb-padding',
  run: (graph) =>
    rewriteNodes(
      graph,
      (rewrite, node) =>
        (node.kind === 'conv_2d' || node.kind === 'depthwise_conv_2d') && absorb(rewrite, node),
    ),
};
