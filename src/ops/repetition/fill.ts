import * as z from 'zod';
import { formatShape } from '../../core/tensor.ts';
import { shapeError } from '../conditions.ts';
import { checkMovement, stridedKernel } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs } from '../unary.ts';

const kernel = stridedKernel((_: unknown, __, [output]) => [
  { counts: output, steps: output.map(() => 0), start: 0 },
]);

/** One number everywhere. TFLM copies the value as it is, whatever the scales. */
export const fill = defineOp({
  kind: 'fill',
  operands: ['value'],
  attributes: z.strictObject({ shape: z.array(z.int().positive()).readonly() }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, bounds: 'increasing' },
  infer({ shape }, [value]) {
    if (value.length > 0) {
      throw shapeError(`the value has shape ${formatShape(value)}, but it has to be a scalar`);
    }
    return [shape];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int32: kernel },
});
