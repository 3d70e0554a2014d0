import { slide, type Window } from '../window.ts';
import { type FloatClamp, finishChannels } from './finish-channels.ts';
import type { FloatProduct } from './product.ts';

export interface DepthwiseConvFloat extends FloatClamp {
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
  const depthMultiplier = sums.length / inputDepth;
  let from = pixel * inputDepth;
  let at = tap * sums.length;
  for (let channel = 0; channel < sums.length; from++) {
    const x = input[from];
    for (const end = channel + depthMultiplier; channel < end; channel++) {
      sums[channel] += Math.fround(x * weights[at++]);
    }
  }
}

/**
 * input NHWC, weights [1, height, width, depth · multiplier], bias [depth · multiplier], output NHWC.
 * Sums in the order of TFLM `reference_ops::DepthwiseConv`, every step rounded to float32.
 */
export function depthwiseConvFloat(p: DepthwiseConvFloat): FloatProduct {
  // Storing a sum rounds it to float32.
  const sums = new Float32Array(p.outputDepth);
  return (input, weights, bias, output) =>
    slide(p.window, {
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
