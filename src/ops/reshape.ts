import { z } from 'zod';
import { bytesOf, elementCount, formatShape, type TensorData } from '../core/tensor.ts';
import { requireSameDType, shapeError } from './check.ts';
import { defineOp } from './op.ts';
import { noMacs, unaryOperands } from './unary.ts';

/** Row-major order makes every reshape a copy; TFLM copies too, each tensor has its own place in the arena. */
const copyKernel = {
  prepare(): undefined {
    return undefined;
  },
  run(_: undefined, [input]: readonly [TensorData], [output]: readonly [TensorData]): void {
    bytesOf(output).set(bytesOf(input));
  },
};

export const reshape = defineOp({
  kind: 'reshape',
  operands: unaryOperands,
  attributes: z.strictObject({ newShape: z.array(z.int().positive()).readonly() }),
  quantRule: { rule: 'same-as-input' },
  infer({ newShape }, [input]) {
    if (elementCount(newShape) !== elementCount(input)) {
      throw shapeError(
        `${formatShape(input)} has ${elementCount(input)} elements, ${formatShape(newShape)} has ${elementCount(newShape)}`,
      );
    }
    return [newShape];
  },
  check(_, [input], [output]) {
    requireSameDType([input], output);
  },
  macs: noMacs,
  float: copyKernel,
  int8: copyKernel,
});
