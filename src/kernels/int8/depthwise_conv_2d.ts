import { slide, type Window } from '../window.ts';
import type { Int8Product } from './product.ts';
import { type ChannelRequantization, channelSteps, requantizeChannels } from './requantize.ts';

export interface DepthwiseConvInt8 extends ChannelRequantization {
  readonly window: Window;
  readonly inputDepth: number;
  readonly inputZeroPoint: number;
}

function addTap(
  { inputDepth, inputZeroPoint }: DepthwiseConvInt8,
  sums: Int32Array,
  input: Int8Array,
  pixel: number,
  weights: Int8Array,
  tap: number,
): void {
  const depthMultiplier = sums.length / inputDepth;
  let from = pixel * inputDepth;
  let at = tap * sums.length;
  for (let channel = 0; channel < sums.length; from++) {
    const x = input[from] - inputZeroPoint;
    for (const end = channel + depthMultiplier; channel < end; channel++) {
      sums[channel] += Math.imul(x, weights[at++]);
    }
  }
}

/**
 * input NHWC, weights [1, height, width, depth · multiplier], bias [depth · multiplier], output NHWC.
 * TFLM `reference_integer_ops::DepthwiseConvPerChannel`.
 */
export function depthwiseConvInt8(p: DepthwiseConvInt8): Int8Product {
  const steps = channelSteps(p);
  const sums = new Int32Array(p.multipliers.length);
  return (input, weights, bias, output) =>
    slide(p.window, {
      begin() {
        sums.fill(0);
      },
      tap(pixel, tap) {
        addTap(p, sums, input, pixel, weights, tap);
      },
      end(pixel) {
        requantizeChannels(steps, sums, bias, output, pixel * sums.length);
      },
    });
}
