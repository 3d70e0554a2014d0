import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import type { Shape } from '../../../core/tensor.ts';
import { indexOfOffsets, stridesOf } from '../../../kernels/move.ts';
import { shapeError } from '../../conditions.ts';
import { defineOp } from '../../op.ts';
import { OPAQUE } from '../../traits.ts';
import { noMacs, unaryOperands } from '../../unary.ts';
import { checkMovement, moveKernel, requirePerAxis } from '../movement.ts';
import { addsNothing, type Padding, paddedColumns, paddingsSchema } from './padding.ts';

const MODES = ['reflect', 'symmetric'] as const;

interface MirrorPad {
  readonly paddings: readonly Padding[];
  readonly mode: (typeof MODES)[number];
}

/** `reflect` leaves the border out of the mirror image. */
const skipOf = (mode: MirrorPad['mode']): number => (mode === 'reflect' ? 1 : 0);

function mirrored(at: number, size: number, skip: number): number {
  if (at < 0) return skip - 1 - at;
  return at < size ? at : 2 * size - 1 - skip - at;
}

export interface Mirrored extends MirrorPad {
  /** Of the input. */
  readonly shape: Shape;
}

const kernel = moveKernel(
  (attributes: MirrorPad, [shape]): Mirrored => ({ ...attributes, shape }),
  ({ paddings, mode, shape }) => {
    const strides = stridesOf(shape);
    const axes = paddings.map(([before, after], axis) =>
      Int32Array.from(
        { length: before + shape[axis] + after },
        (_, at) => mirrored(at - before, shape[axis], skipOf(mode)) * strides[axis],
      ),
    );
    return [{ index: indexOfOffsets(axes) }];
  },
);

export const mirrorPad = defineOp({
  kind: 'mirror_pad',
  operands: unaryOperands,
  attributes: z.strictObject({ paddings: paddingsSchema, mode: z.enum(MODES) }),
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, isIdentity: addsNothing, columns: paddedColumns },
  infer({ paddings, mode }, [input]) {
    requirePerAxis('paddings', paddings, input);
    const shape = input.map((size, axis) => {
      const [before, after] = paddings[axis];
      // TFLM would read beyond the tensor.
      if (Math.max(before, after) > size - skipOf(mode)) {
        throw shapeError(
          `axis ${axis} has ${counted(size, 'element')}, too few to mirror ${Math.max(before, after)}`,
        );
      }
      return before + size + after;
    });
    return [shape];
  },
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
