/**
 * SPACE_TO_BATCH_ND that pads as a PAD and one that does not: TensorFlow Lite Micro's own never sets the value that it pads
 * with. Both pad with zero, the zero point of a quantized input.
 */

import { nodeOf } from '../ir/builder.ts';
import { nodeWith, rewriteNodes } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';

const NO_PADDING = [0, 0] as const;

export const padApart: Pass = {
  name: 'pad-apart',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (node.kind !== 'space_to_batch_nd') return false;
      const { paddings } = node.attributes;
      if (paddings.flat().every((amount) => amount === 0)) return false;
      const [input] = node.inputs as readonly [number];
      const { name, type } = rewrite.value(input);
      const around = type.shape.map((_, axis) => paddings[axis - 1] ?? NO_PADDING);
      const shape = type.shape.map((size, axis) => size + around[axis][0] + around[axis][1]);
      const padded = rewrite.fresh(`${name}/padded`, { ...type, shape });
      rewrite.replace(
        node,
        nodeOf('pad', node.name, { paddings: around }, [input], [padded]),
        nodeWith(node, { attributes: { paddings: paddings.map(() => NO_PADDING) }, inputs: [padded] }),
      );
      return true;
    }),
};
