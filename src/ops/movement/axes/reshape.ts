import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape } from '../../../core/tensor.ts';
import { keptAxis, oneByOne } from '../../columns.ts';
import { requireSameDType, shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { ANYTHING, OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { copyKernel, keepsShape } from '../movement.ts';

export const reshape = defineOp({
  kind: 'reshape',
  operands: unaryOperands,
  attributes: z.strictObject({ newShape: z.array(z.int().positive()).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: {
    ...OPAQUE,
    bounds: 'increasing',
    carriesChannels: () => true,
    isIdentity: keepsShape,
    crossing: () => ANYTHING,
    columns({ newShape }, axis, [{ shape }], output) {
      const kept = keptAxis(shape, axis, output);
      if (kept === undefined) return undefined;
      return oneByOne(kept, (count) => ({ newShape: newShape.with(kept, count) }));
    },
  },
  infer({ newShape }, [input]) {
    if (elementCount(newShape) !== elementCount(input)) {
      throw shapeError(
        `${formatShape(input)} has ${counted(elementCount(input), 'element')}, ${formatShape(newShape)} has ${elementCount(newShape)}`,
      );
    }
    return [newShape];
  },
  check(_, [input], [output]) {
    requireSameDType([input], output);
  },
  macs: noMacs,
  kernels: { float32: copyKernel, int8: copyKernel, int16: copyKernel, int32: copyKernel, bool: copyKernel },
});
