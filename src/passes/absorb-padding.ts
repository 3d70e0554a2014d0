/** Zeros put around an image in front of a convolution, where they are those that SAME padding puts there itself. */

import type { Shape } from '../core/tensor.ts';
import type { NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, rewriteNodes } from '../ir/rewrite.ts';
import { type Pair, paddingBefore, positions, type Sliding } from '../ops/window.ts';
import type { Pass } from './pass.ts';

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

export const absorbPadding: Pass = {
  name: 'absorb-padding',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (node.kind !== 'conv_2d' && node.kind !== 'depthwise_conv_2d') return false;
      const [padded, weights] = node.inputs as readonly [ValueId, ValueId];
      const pad = rewrite.producer(padded);
      if (pad?.kind !== 'pad' || node.attributes.padding !== 'valid') return false;
      const [image] = pad.inputs as readonly [ValueId];
      const [, height, width] = rewrite.type(weights).shape;
      const filter: Pair = [height, width];
      const sliding: Sliding = { ...node.attributes, padding: 'same', filter };
      const output = rewrite.type(node.outputs[0]).shape;
      if (!isSamePadding(pad, sliding, rewrite.type(image).shape, output)) return false;
      const inputs = [image, ...node.inputs.slice(1)];
      rewrite.replace(node, nodeWith(node, { attributes: { padding: 'same' }, inputs }));
      return true;
    }),
};
