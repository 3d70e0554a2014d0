/** The image in front of a convolution and the zeros around it, whether the convolution pads or a PAD in front of it does. */

import { type Shape, sameShape } from '../../core/tensor.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import type { Rewrite } from '../../ir/rewrite.ts';
import { paddingBefore, reachOf, requireImage, type Sliding } from '../../ops/window.ts';
import { channelCount } from './scale-shift.ts';

export type Convolution = NodeOf<'conv_2d'> | NodeOf<'depthwise_conv_2d'>;

/** Before and after, along one axis. */
export type Amounts = readonly [number, number];

export interface PaddedImage {
  /** What is padded, maybe in another shape with the same channels. */
  readonly id: ValueId;
  /** Batch, height, width, channels. */
  readonly shape: Shape;
  readonly rows: Amounts;
  readonly columns: Amounts;
}

/** Before and after, so that windows from the first element on make `outputs` of them. */
function amounts(sliding: Sliding, axis: 0 | 1, size: number, before: number, outputs: number): Amounts {
  const needed = (outputs - 1) * sliding.strides[axis] + reachOf(sliding, axis);
  return [before, Math.max(0, needed - size - before)];
}

function ownPadding(rewrite: Rewrite, node: Convolution): PaddedImage {
  const [id, weights] = node.inputs as readonly [ValueId, ValueId];
  const image = requireImage('the image', rewrite.type(id).shape);
  const [, height, width] = rewrite.type(weights).shape;
  const sliding: Sliding = { ...node.attributes, filter: [height, width] };
  const [top, left] = paddingBefore(sliding, image);
  const [, rows, columns] = rewrite.type(node.outputs[0]).shape;
  return {
    id,
    shape: image,
    rows: amounts(sliding, 0, image[1], top, rows),
    columns: amounts(sliding, 1, image[2], left, columns),
  };
}

/** An image, or a series of [batch, length, channels] as one of height 1. */
function asImage(shape: Shape): Shape {
  return shape.length === 3 ? [shape[0], 1, shape[1], shape[2]] : shape;
}

/** What is in front of a PAD of rows and columns; undefined where the PAD does more. */
function beforePad(rewrite: Rewrite, pad: NodeOf<'pad'>, image: PaddedImage): PaddedImage | undefined {
  const { paddings } = pad.attributes;
  const [batch, rows, columns, channels] =
    paddings.length === 3 ? [paddings[0], [0, 0] as const, paddings[1], paddings[2]] : paddings;
  const isAround = [...batch, ...(channels ?? [1])].every((amount) => amount === 0);
  if (!isAround || !sameShape(asImage(rewrite.type(pad.outputs[0]).shape), image.shape)) return undefined;
  const [id] = pad.inputs as readonly [ValueId];
  const sum = (a: Amounts, b: Amounts): Amounts => [a[0] + b[0], a[1] + b[1]];
  return {
    id,
    shape: asImage(rewrite.type(id).shape),
    rows: sum(image.rows, rows),
    columns: sum(image.columns, columns),
  };
}

/** In front of changes of shape that keep the channels, and that nothing else reads. */
function beforeReshapes(rewrite: Rewrite, id: ValueId): ValueId {
  const keepsChannels = (node: Node): boolean =>
    channelCount(rewrite.type(node.inputs[0] as ValueId).shape) ===
    channelCount(rewrite.type(node.outputs[0]).shape);
  for (let source = id; ; ) {
    const producer = rewrite.isReadOnce(source) ? rewrite.producer(source) : undefined;
    if (producer?.kind !== 'reshape' || !keepsChannels(producer)) return source;
    source = producer.inputs[0] as ValueId;
  }
}

/** Amounts of zero where nothing pads. */
export function paddedImageOf(rewrite: Rewrite, node: Convolution): PaddedImage {
  const own = ownPadding(rewrite, node);
  const outer = { ...own, id: beforeReshapes(rewrite, own.id) };
  const pad = rewrite.isReadOnce(outer.id) ? rewrite.producer(outer.id) : undefined;
  const image = pad?.kind === 'pad' ? (beforePad(rewrite, pad, outer) ?? outer) : outer;
  return { ...image, id: beforeReshapes(rewrite, image.id) };
}
