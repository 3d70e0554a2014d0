import { slide, type Window } from '../window.ts';
import { type ChannelSums, channelFinish, type Int16Product } from './channel-sums.ts';

export interface DepthwiseConvInt16 extends ChannelSums {
  readonly window: Window;
  readonly inputDepth: number;
}

function addTap(
  sums: Float64Array,
  depthMultiplier: number,
  input: Int16Array,
  first: number,
  weights: Int8Array,
  firstWeight: number,
): void {
  let [from, at] = [first, firstWeight];
  for (let channel = 0; channel < sums.length; from++) {
    const x = input[from];
    for (const end = channel + depthMultiplier; channel < end; channel++) sums[channel] += x * weights[at++];
  }
}

/**
 * input NHWC, weights [1, height, width, depth · multiplier], bias [depth · multiplier], output NHWC. Zero points play no
 * part. TFLM `reference_integer_ops::DepthwiseConvPerChannel` of int16 activations.
 */
export function depthwiseConvInt16(p: DepthwiseConvInt16): Int16Product {
  const { begin, finish } = channelFinish(p);
  const sums = new Float64Array(p.multipliers.length);
  const depthMultiplier = sums.length / p.inputDepth;
  return (input, weights, bias, output) => {
    begin(bias);
    slide(p.window, {
      begin() {
        sums.fill(0);
      },
      tap(pixel, tap) {
        addTap(sums, depthMultiplier, input, pixel * p.inputDepth, weights, tap * sums.length);
      },
      end(pixel) {
        finish(sums, output, pixel * sums.length);
      },
    });
  };
}
