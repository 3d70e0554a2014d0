import { slide, type Window } from '../window.ts';
import { type ChannelRequantization, requantizeChannels } from './requantize.ts';

export interface DepthwiseConvInt8 extends ChannelRequantization {
  readonly window: Window;
  readonly inputDepth: number;
  readonly inputZeroPoint: number;
  /** One for each output channel. */
  readonly sums: Int32Array;
}

function addTap(
  p: DepthwiseConvInt8,
  input: Int8Array,
  pixel: number,
  weights: Int8Array,
  tap: number,
): void {
  const { inputDepth, inputZeroPoint, sums } = p;
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
export function depthwiseConvInt8(
  p: DepthwiseConvInt8,
  input: Int8Array,
  weights: Int8Array,
  bias: Int32Array | undefined,
  output: Int8Array,
): void {
  const { sums } = p;
  slide(p.window, {
    begin() {
      sums.fill(0);
    },
    tap(pixel, tap) {
      addTap(p, input, pixel, weights, tap);
    },
    end(pixel) {
      requantizeChannels(p, sums, bias, output, pixel * sums.length);
    },
  });
}
