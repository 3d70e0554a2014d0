import { stridesOf } from '../../../kernels/move.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, requireRank, stridedKernel } from '../movement.ts';
import { blockSizeAttributes, requireDivisible } from './blocks.ts';

/** input [batch, y, x, (row, column, channel)] of block (y, x). */
const kernel = stridedKernel(({ blockSize }: { blockSize: number }, [input]) => {
  const [image, row, column] = stridesOf(input);
  const [batches, height, width, depth] = input;
  const channels = depth / blockSize / blockSize;
  return [
    {
      counts: [batches, height, blockSize, width, blockSize, channels],
      steps: [image, row, blockSize * channels, column, channels, 1],
      start: 0,
    },
  ];
});

export const depthToSpace = defineOp({
  kind: 'depth_to_space',
  operands: unaryOperands,
  attributes: blockSizeAttributes,
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer({ blockSize }, [input]) {
    requireRank(input, 4, 4);
    const [batches, height, width, depth] = input;
    requireDivisible('channels', depth, blockSize * blockSize);
    return [[batches, height * blockSize, width * blockSize, depth / blockSize / blockSize]];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
