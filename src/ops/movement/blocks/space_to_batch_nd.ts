import * as z from 'zod';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, stridedKernel } from '../movement.ts';
import {
  blockShapeSchema,
  type Edges,
  edgesSchema,
  imagesOf,
  requireBlocks,
  requireDivisible,
} from './blocks.ts';

interface SpaceToBatch {
  readonly blockShape: readonly number[];
  readonly paddings: Edges;
}

/** output [(row, column, batch), y, x, channel] of block (y, x). */
const kernel = stridedKernel(({ blockShape: [blockRows, blockColumns = 1] }: SpaceToBatch, [input]) => {
  const { batches, height, width, channels } = imagesOf(input);
  const row = width * channels;
  return [
    {
      counts: [blockRows, blockColumns, batches, height / blockRows, width / blockColumns, channels],
      steps: [row, channels, height * row, blockRows * row, blockColumns * channels, 1],
      start: 0,
    },
  ];
});

export const spaceToBatchNd = defineOp({
  kind: 'space_to_batch_nd',
  operands: unaryOperands,
  attributes: z.strictObject({ blockShape: blockShapeSchema, paddings: edgesSchema }),
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer({ blockShape, paddings }, [input]) {
    requireBlocks(input, blockShape, paddings);
    const sizes = blockShape.map((block, i) => {
      const padded = paddings[i][0] + input[i + 1] + paddings[i][1];
      requireDivisible(`padded elements of axis ${i + 1}`, padded, block);
      return padded / block;
    });
    const blocks = blockShape.reduce((product, block) => product * block, 1);
    return [[input[0] * blocks, ...sizes, input[input.length - 1]]];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
