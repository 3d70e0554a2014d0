import { unsupportedError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Bilinear, ResizedAxis } from '../../kernels/bilinear.ts';
import { resizeBilinearFloat } from '../../kernels/float/resize_bilinear.ts';
import {
  divide,
  interpolationInt8,
  ONE_PIXEL,
  resizeBilinearInt8,
} from '../../kernels/int8/resize_bilinear.ts';
import { checkMovement } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryLoop, unaryOperands } from '../unary.ts';
import { inferResized, type Resize, resizeAttributes } from './resize.ts';

/** Input pixels for each output pixel. */
type ScaleRule = (inputs: number, outputs: number) => number;

const floatScale: ScaleRule = (inputs, outputs) => Math.fround(inputs / outputs);
const int8Scale: ScaleRule = (inputs, outputs) => divide(ONE_PIXEL * inputs + divide(outputs, 2), outputs);

function axisOf(from: number, to: number, { alignCorners }: Resize, scaleOf: ScaleRule): ResizedAxis {
  const aligned = alignCorners && to > 1;
  return { from, to, scale: aligned ? scaleOf(from - 1, to - 1) : scaleOf(from, to) };
}

function prepare(resize: Resize, [batches, height, width, channels]: Shape, scaleOf: ScaleRule): Bilinear {
  return {
    batches,
    channels,
    rows: axisOf(height, resize.size[0], resize, scaleOf),
    columns: axisOf(width, resize.size[1], resize, scaleOf),
    halfPixelCenters: resize.halfPixelCenters,
  };
}

/** Steps rounded up to 2^−10 of a pixel may add up to a whole one; TFLM then reads beyond the image. */
function requireInside({ rows, columns, halfPixelCenters }: Bilinear): void {
  for (const axis of [rows, columns]) {
    if ((interpolationInt8(axis, halfPixelCenters).lower.at(-1) as number) >= axis.from) {
      throw unsupportedError(
        'image-size',
        `stretches ${axis.from} pixels to ${axis.to}, where the int8 kernel leaves the image`,
      );
    }
  }
}

export const resizeBilinear = defineOp({
  kind: 'resize_bilinear',
  operands: unaryOperands,
  attributes: resizeAttributes,
  quantRule: { rule: 'same-as-input', averages: true },
  traits: OPAQUE,
  infer: inferResized,
  check(resize, inputs, outputs) {
    checkMovement(resize, inputs, outputs);
    if (resize.alignCorners && resize.halfPixelCenters) {
      throw unsupportedError(
        'resize-mode',
        'aligns corners and takes pixels by their centres, which exclude each other',
      );
    }
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (resize, [input]) => prepare(resize, input.shape, floatScale),
      build: (prepared) => unaryLoop(resizeBilinearFloat(prepared)),
    },
    int8: {
      check(resize, [input]) {
        requireInside(prepare(resize, input.shape, int8Scale));
      },
      prepare: (resize, [input]) => prepare(resize, input.shape, int8Scale),
      build: (prepared) => unaryLoop(resizeBilinearInt8(prepared)),
    },
  },
});
