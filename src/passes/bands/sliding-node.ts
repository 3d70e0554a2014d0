/** Operators that slide windows over images. */

import type { Shape } from '../../core/tensor.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { type ImageShape, NOT_DILATED, requireImage, type Sliding } from '../../ops/window.ts';

/** A convolution or pooling whose first operand is the image. */
export type SlidingNode = Extract<
  Node,
  { kind: 'conv_2d' | 'depthwise_conv_2d' | 'average_pool_2d' | 'l2_pool_2d' | 'max_pool_2d' }
>;

/** Narrows by kind. */
export function slides(node: Node): node is SlidingNode {
  const { kind } = node;
  return kind === 'conv_2d' || kind === 'depthwise_conv_2d' || kind.endsWith('_pool_2d');
}

/** How its windows slide, and over which image. */
export function slidingOf(
  node: SlidingNode,
  shapeOf: (id: ValueId) => Shape,
): { readonly sliding: Sliding; readonly image: ImageShape } {
  const [input, weights] = node.inputs as readonly [ValueId, ValueId];
  const image = requireImage('the image', shapeOf(input));
  if (node.kind !== 'conv_2d' && node.kind !== 'depthwise_conv_2d')
    return { sliding: { ...node.attributes, dilations: NOT_DILATED }, image };
  const [, height, width] = requireImage('the filter', shapeOf(weights));
  return { sliding: { ...node.attributes, filter: [height, width] }, image };
}
