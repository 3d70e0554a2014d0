import { z } from 'zod';
import type { Shape } from '../../core/tensor.ts';
import { indexOfOffsets, stepOffsets } from '../../kernels/move.ts';
import { shapeError } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import {
  blockShapeSchema,
  type Edges,
  edgesSchema,
  imagesOf,
  requireBlocks,
  requireDivisible,
} from './blocks.ts';
import { checkMovement, moveKernel } from './movement.ts';

interface BatchToSpace {
  readonly blockShape: readonly number[];
  readonly crops: Edges;
}

/** Along one axis: the block's part is `partStep` away, the next block `blockStep`. */
function offsets(
  count: number,
  cropped: number,
  block: number,
  partStep: number,
  blockStep: number,
): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => {
    const own = at + cropped;
    return (own % block) * partStep + Math.floor(own / block) * blockStep;
  });
}

/** input [(row, column, batch), y, x, channel] of block (y, x). */
const kernel = moveKernel(
  (attributes: BatchToSpace, [input]: readonly Shape[], [output]: readonly Shape[]) => {
    const [blockRows, blockColumns = 1] = attributes.blockShape;
    const [[top], [left] = [0]] = attributes.crops;
    const { height, width, channels } = imagesOf(input);
    const { batches, ...cropped } = imagesOf(output);
    const row = width * channels;
    const image = height * row;
    return [
      {
        index: indexOfOffsets([
          stepOffsets(batches, image),
          offsets(cropped.height, top, blockRows, blockColumns * batches * image, row),
          offsets(cropped.width, left, blockColumns, batches * image, channels),
          stepOffsets(channels, 1),
        ]),
      },
    ];
  },
);

export const batchToSpaceNd = defineOp({
  kind: 'batch_to_space_nd',
  operands: unaryOperands,
  attributes: z.strictObject({ blockShape: blockShapeSchema, crops: edgesSchema }),
  quantRule: { rule: 'same-as-input' },
  infer({ blockShape, crops }, [input]) {
    requireBlocks(input, blockShape, crops);
    const blocks = blockShape.reduce((product, block) => product * block, 1);
    requireDivisible('batches', input[0], blocks);
    const sizes = blockShape.map((block, i) => input[i + 1] * block - crops[i][0] - crops[i][1]);
    if (!sizes.every((size) => size > 0)) throw shapeError('the crops leave nothing of the image');
    return [[input[0] / blocks, ...sizes, input[input.length - 1]]];
  },
  check: checkMovement,
  macs: noMacs,
  float: kernel,
  int8: kernel,
});
