import * as z from 'zod';
import { indexOfOffsets, stepOffsets } from '../../../kernels/move.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, moveKernel } from '../movement.ts';
import {
  blockShapeSchema,
  type Edges,
  edgesSchema,
  type Images,
  imagesOf,
  requireBlocks,
  requireDivisible,
} from './blocks.ts';

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

/** The images of both sides, and how blocks lie in them. */
export interface Blocks {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
  readonly input: Images;
  readonly output: Images;
}

/** Where elements of each axis of the output come from: input [(row, column, batch), y, x, channel] of block (y, x). */
export function blockAxes({ rows, columns, top, left, input: { height, width, channels }, output }: Blocks) {
  const row = width * channels;
  const image = height * row;
  return [
    stepOffsets(output.batches, image),
    offsets(output.height, top, rows, columns * output.batches * image, row),
    offsets(output.width, left, columns, output.batches * image, channels),
    stepOffsets(channels, 1),
  ] as const;
}

const kernel = moveKernel(
  ({ blockShape, crops }: BatchToSpace, [input], [output]): Blocks => {
    const [rows, columns = 1] = blockShape;
    const [[top], [left] = [0]] = crops;
    return { rows, columns, top, left, input: imagesOf(input), output: imagesOf(output) };
  },
  (blocks) => [{ index: indexOfOffsets(blockAxes(blocks)) }],
);

export const batchToSpaceNd = defineOp({
  kind: 'batch_to_space_nd',
  operands: unaryOperands,
  attributes: z.strictObject({ blockShape: blockShapeSchema, crops: edgesSchema }),
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
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
  kernels: { float32: kernel, int8: kernel },
});
