import { unsupportedError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Bilinear, Interpolation } from '../../kernels/bilinear.ts';
import { resizeBilinearFloat } from '../../kernels/float/resize_bilinear.ts';
import { ONE_PIXEL, resizeBilinearInt8 } from '../../kernels/int8/resize_bilinear.ts';
import { checkMovement } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { inferResized, type Resize, resizeAttributes } from './resize.ts';

const f = Math.fround;

/** `ComputeInterpolationValues`, in float32. */
function floatInterpolation(from: number, to: number, resize: Resize): Interpolation {
  const scale = f(resize.alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
  const places = Array.from({ length: to }, (_, at) =>
    resize.halfPixelCenters ? f(f((at + 0.5) * scale) - 0.5) : f(at * scale),
  );
  const lower = Int32Array.from(places, (place) => Math.max(Math.floor(place), 0));
  const upper = Int32Array.from(places, (place) => Math.min(Math.ceil(place), from - 1));
  return { lower, upper, fraction: Float32Array.from(places, (place, at) => place - lower[at]) };
}

/** `ComputeInterpolationValuesInteger`, with C's division. */
function int8Interpolation(from: number, to: number, resize: Resize): Interpolation {
  const divide = (a: number, b: number): number => Math.trunc(a / b);
  const aligned = resize.alignCorners && to > 1;
  const [inputs, outputs] = aligned ? [from - 1, to - 1] : [from, to];
  const scale = divide(ONE_PIXEL * inputs + divide(outputs, 2), outputs);
  const places = Array.from(
    { length: to },
    (_, at) => at * scale + (resize.halfPixelCenters ? divide(scale, 2) - ONE_PIXEL / 2 : 0),
  );
  const lower = Int32Array.from(places, (place) => Math.max(divide(place, ONE_PIXEL), 0));
  const upper = Int32Array.from(places, (place) =>
    Math.min(divide(place + ONE_PIXEL - 1, ONE_PIXEL), from - 1),
  );
  return { lower, upper, fraction: Int32Array.from(places, (place, at) => place - ONE_PIXEL * lower[at]) };
}

/** Steps rounded up to 2^−10 of a pixel may add up to a whole one; TFLM then reads beyond the image. */
function requireInside([, height, width]: Shape, resize: Resize): void {
  for (const [from, to] of [
    [height, resize.size[0]],
    [width, resize.size[1]],
  ]) {
    if ((int8Interpolation(from, to, resize).lower.at(-1) as number) >= from) {
      throw unsupportedError(
        'image-size',
        `stretches ${from} pixels to ${to}, where the int8 kernel leaves the image`,
      );
    }
  }
}

function prepare(resize: Resize, input: Shape, interpolate: typeof floatInterpolation): Bilinear {
  const [batches, inputHeight, inputWidth, channels] = input;
  const [height, width] = resize.size;
  return {
    batches,
    inputHeight,
    inputWidth,
    channels,
    rows: interpolate(inputHeight, height, resize),
    columns: interpolate(inputWidth, width, resize),
  };
}

export const resizeBilinear = defineOp({
  kind: 'resize_bilinear',
  operands: unaryOperands,
  attributes: resizeAttributes,
  quantRule: { rule: 'same-as-input' },
  infer: inferResized,
  check(resize, inputs, outputs) {
    checkMovement(resize, inputs, outputs);
    if (inputs[0].dtype === 'int8') requireInside(inputs[0].shape, resize);
    if (resize.alignCorners && resize.halfPixelCenters) {
      throw unsupportedError(
        'resize-mode',
        'aligns corners and takes pixels by their centres, which exclude each other',
      );
    }
  },
  macs: noMacs,
  float: {
    prepare: (resize, [input]): Bilinear => prepare(resize, input.shape, floatInterpolation),
    run(prepared: Bilinear, [input]: readonly [Float32Array], [output]: readonly [Float32Array]) {
      resizeBilinearFloat(prepared, input, output);
    },
  },
  int8: {
    prepare: (resize, [input]): Bilinear => prepare(resize, input.shape, int8Interpolation),
    run(prepared: Bilinear, [input]: readonly [Int8Array], [output]: readonly [Int8Array]) {
      resizeBilinearInt8(prepared, input, output);
    },
  },
});
