import { indexOfOffsets, stepOffsets } from '../../kernels/move.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { blockSizeAttributes, requireDivisible } from './blocks.ts';
import { checkMovement, moveKernel, requireRank, stridesOf } from './movement.ts';

/** input [batch, y, x, (row, column, channel)] of block (y, x). */
const kernel = moveKernel(({ blockSize }: { blockSize: number }, [input]) => {
  const [image, row, column] = stridesOf(input);
  const [batches, height, width, depth] = input;
  const channels = depth / blockSize / blockSize;
  return [
    {
      index: indexOfOffsets([
        stepOffsets(batches, image),
        stepOffsets(height, row),
        stepOffsets(blockSize, blockSize * channels),
        stepOffsets(width, column),
        stepOffsets(blockSize, channels),
        stepOffsets(channels, 1),
      ]),
    },
  ];
});

export const depthToSpace = defineOp({
  kind: 'depth_to_space',
  operands: unaryOperands,
  attributes: blockSizeAttributes,
  quantRule: { rule: 'same-as-input' },
  infer({ blockSize }, [input]) {
    requireRank(input, 4, 4);
    const [batches, height, width, depth] = input;
    requireDivisible('channels', depth, blockSize * blockSize);
    return [[batches, height * blockSize, width * blockSize, depth / blockSize / blockSize]];
  },
  check: checkMovement,
  macs: noMacs,
  float: kernel,
  int8: kernel,
});
