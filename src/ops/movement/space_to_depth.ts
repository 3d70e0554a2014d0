import { indexOfOffsets, stepOffsets } from '../../kernels/move.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { blockSizeAttributes, requireDivisible } from './blocks.ts';
import { checkMovement, moveKernel, requireRank, stridesOf } from './movement.ts';

/** output [batch, y, x, (row, column, channel)] of block (y, x). */
const kernel = moveKernel(({ blockSize }: { blockSize: number }, [input]) => {
  const [image, row, column] = stridesOf(input);
  const [batches, height, width, channels] = input;
  return [
    {
      index: indexOfOffsets([
        stepOffsets(batches, image),
        stepOffsets(height / blockSize, blockSize * row),
        stepOffsets(width / blockSize, blockSize * column),
        stepOffsets(blockSize, row),
        stepOffsets(blockSize, column),
        stepOffsets(channels, 1),
      ]),
    },
  ];
});

export const spaceToDepth = defineOp({
  kind: 'space_to_depth',
  operands: unaryOperands,
  attributes: blockSizeAttributes,
  quantRule: { rule: 'same-as-input' },
  infer({ blockSize }, [input]) {
    requireRank(input, 4, 4);
    const [batches, height, width, channels] = input;
    requireDivisible('rows', height, blockSize);
    requireDivisible('columns', width, blockSize);
    return [[batches, height / blockSize, width / blockSize, channels * blockSize * blockSize]];
  },
  check: checkMovement,
  macs: noMacs,
  float: kernel,
  int8: kernel,
});
