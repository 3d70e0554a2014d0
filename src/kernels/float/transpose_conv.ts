import { slideTransposed, type Window } from '../window.ts';
import { type FloatClamp, finishChannels } from './finish-channels.ts';
import type { FloatProduct } from './product.ts';

export interface TransposeConvFloat extends FloatClamp {
  readonly window: Window;
  readonly inputDepth: number;
  readonly outputDepth: number;
}

function addTap(
  inputDepth: number,
  sums: Float32Array,
  input: Float32Array,
  pixel: number,
  weights: Float32Array,
  tap: number,
): void {
  const channelLength = weights.length / sums.length;
  const start = pixel * inputDepth;
  const end = start + inputDepth;
  for (let channel = 0; channel < sums.length; channel++) {
    let sum = sums[channel];
    let at = channel * channelLength + tap * inputDepth;
    for (let i = start; i < end; i++) sum = Math.fround(sum + Math.fround(input[i] * weights[at++]));
    sums[channel] = sum;
  }
}

/**
 * input NHWC, weights OHWI, bias [O], output NHWC. Each output pixel meets the input in the order in which TFLM
 * `reference_ops::TransposeConv` scatters it, every step rounded to float32.
 */
export function transposeConvFloat(p: TransposeConvFloat): FloatProduct {
  const sums = new Float32Array(p.outputDepth);
  return (input, weights, bias, output) =>
    slideTransposed(p.window, {
      begin() {
        sums.fill(0);
      },
      tap(pixel, tap) {
        addTap(p.inputDepth, sums, input, pixel, weights, tap);
      },
      end(pixel) {
        finishChannels(p, sums, bias, output, pixel * sums.length);
      },
    });
}
