import { stridesOf } from '../../../kernels/move.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, requireRank, stridedKernel } from '../movement.ts';
import { blockSizeAttributes, requireDivisible } from './blocks.ts';

/** output [batch, y, x, (row, column, channel)] of block (y, x). */
const kernel = stridedKernel(({ blockSize }: { blockSize: number }, [input]) => {
  const [image, row, column] = stridesOf(input);
  const [batches, height, width, channels] = input;
  return [
    {
      counts: [batches, height / blockSize, width / blockSize, blockSize, blockSize, channels],
      steps: [image, blockSize * row, blockSize * column, row, column, 1],
      start: 0,
    },
  ];
});

export const spaceToDepth = defineOp({
  kind: 'space_to_depth',
  operands: unaryOperands,
  attributes: blockSizeAttributes,
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer({ blockSize }, [input]) {
    requireRank(input, 4, 4);
    const [batches, height, width, channels] = input;
    requireDivisible('rows', height, blockSize);
    requireDivisible('columns', width, blockSize);
    return [[batches, height / blockSize, width / blockSize, channels * blockSize * blockSize]];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
