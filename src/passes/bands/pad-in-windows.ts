/** A PAD in front of a window becomes the window's own padding in pixels: for C without an interpreter alone, as no file has it. */

import { sameQuant } from '../../core/quant-params.ts';
import { QUANTIZED_LIMITS, type TensorType } from '../../core/tensor.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { type Margins, marginsOf, positions, reachOf, type Sliding } from '../../ops/window.ts';
import type { Pass } from '../pass.ts';
import { type SlidingNode, slides, slidingOf } from './sliding-node.ts';

type Pad = NodeOf<'pad'> | NodeOf<'padv2'>;

/** What stands for the real number 0. */
function zeroOf({ dtype, quant }: TensorType): number {
  return dtype === 'int8' && quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
}

/** What a PAD puts around its input; undefined where that is computed. */
function padValue(rewrite: Rewrite, pad: Pad): number | undefined {
  if (pad.kind === 'pad') return zeroOf(rewrite.type(pad.outputs[0]));
  const [value] = rewrite.value(pad.inputs[1] as ValueId).data ?? [];
  return value === undefined ? undefined : Number(value);
}

/** What a window finds outside of its image; undefined where it passes over that. */
function outsideValue(node: SlidingNode, image: TensorType): number | undefined {
  if (node.kind === 'conv_2d' || node.kind === 'depthwise_conv_2d') return zeroOf(image);
  // The least value changes no maximum, as if it were not there.
  const isLeast = node.kind === 'max_pool_2d' && (image.dtype === 'int8' || image.dtype === 'int16');
  return isLeast ? QUANTIZED_LIMITS[image.dtype].min : undefined;
}

/** The padding of windows over the bare image; undefined where one of them would see nothing of it. */
function joinedMargins(sliding: Sliding, { attributes: { paddings } }: Pad, padded: readonly number[]) {
  const image = [padded[0], padded[1], padded[2], padded[3]] as const;
  const own = marginsOf(sliding, image);
  const counts = positions(sliding, image);
  const [, [top], [left]] = paddings;
  const before = [own.top + top, own.left + left] as const;
  const behind = ([0, 1] as const).map((axis) => {
    const [first, last] = paddings[axis + 1];
    const bare = image[axis + 1] - first - last;
    const covered = (counts[axis] - 1) * sliding.strides[axis] + reachOf(sliding, axis);
    return Math.max(0, covered - before[axis] - bare);
  });
  const margins: Margins = { top: before[0], bottom: behind[0], left: before[1], right: behind[1] };
  const sees = (axis: 0 | 1): boolean => Math.max(before[axis], behind[axis]) < reachOf(sliding, axis);
  return sees(0) && sees(1) ? margins : undefined;
}

function isAroundImage({ attributes: { paddings } }: Pad): boolean {
  return paddings.length === 4 && [...paddings[0], ...paddings[3]].every((amount) => amount === 0);
}

export const padInWindows: Pass = {
  name: 'pad-in-windows',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (!slides(node)) return false;
      const padded = node.inputs[0] as ValueId;
      const pad = rewrite.isReadOnce(padded) ? rewrite.producer(padded) : undefined;
      if ((pad?.kind !== 'pad' && pad?.kind !== 'padv2') || !isAroundImage(pad)) return false;
      const [image] = pad.inputs as readonly [ValueId];
      const [from, to] = [rewrite.type(image), rewrite.type(padded)];
      if (!sameQuant(from.quant, to.quant) || padValue(rewrite, pad) !== outsideValue(node, to)) return false;
      const { sliding } = slidingOf(node, (id) => rewrite.type(id).shape);
      const padding = joinedMargins(sliding, pad, to.shape);
      if (padding === undefined) return false;
      const inputs = [image, ...node.inputs.slice(1)];
      rewrite.replace(node, nodeWith(node, { attributes: { padding }, inputs }));
      return true;
    }),
};
