import { roundHalfAway } from '../../core/fixed-point.ts';
import type { Shape } from '../../core/tensor.ts';
import { indexOfOffsets, stepOffsets, stridesOf } from '../../kernels/move.ts';
import { checkMovement, moveKernel } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { inferResized, type Resize, resizeAttributes } from './resize.ts';

export interface Nearest extends Resize {
  /** Of the input. */
  readonly shape: Shape;
}

/** TFLM `GetNearestNeighbor`, in float32. */
function nearest(at: number, from: number, to: number, { alignCorners, halfPixelCenters }: Resize): number {
  const scale = Math.fround(alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
  const place = Math.fround((at + (halfPixelCenters ? 0.5 : 0)) * scale);
  return Math.min(alignCorners ? roundHalfAway(place) : Math.floor(place), from - 1);
}

/** Where elements of each axis of the output come from. */
export function nearestAxes({ shape, ...resize }: Nearest) {
  const strides = stridesOf(shape);
  const pixels = (axis: 1 | 2): Int32Array => {
    const to = resize.size[axis - 1];
    return Int32Array.from({ length: to }, (_, at) => nearest(at, shape[axis], to, resize) * strides[axis]);
  };
  const whole = (axis: 0 | 3): Int32Array => stepOffsets(shape[axis], strides[axis]);
  return [whole(0), pixels(1), pixels(2), whole(3)] as const;
}

const kernel = moveKernel(
  (resize: Resize, [shape]): Nearest => ({ ...resize, shape }),
  (nearests) => [{ index: indexOfOffsets(nearestAxes(nearests)) }],
);

export const resizeNearestNeighbor = defineOp({
  kind: 'resize_nearest_neighbor',
  operands: unaryOperands,
  attributes: resizeAttributes,
  quantRule: { rule: 'same-as-input' },
  traits: OPAQUE,
  infer: inferResized,
  check: checkMovement,
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel },
});
