import { slideTransposed, type Window } from '../window.ts';
import { type ChannelSums, channelFinish, type Int16Product } from './channel-sums.ts';

export interface TransposeConvInt16 extends ChannelSums {
  readonly window: Window;
  readonly inputDepth: number;
}

function addTap(
  sums: Float64Array,
  inputDepth: number,
  input: Int16Array,
  pixel: number,
  weights: Int8Array,
  tap: number,
): void {
  const channelLength = weights.length / sums.length;
  const start = pixel * inputDepth;
  const end = start + inputDepth;
  for (let channel = 0; channel < sums.length; channel++) {
    let sum = sums[channel];
    let at = channel * channelLength + tap * inputDepth;
    for (let i = start; i < end; i++) sum += input[i] * weights[at++];
    sums[channel] = sum;
  }
}

/**
 * input NHWC, weights OHWI, bias [O], output NHWC; zero points play no part. TFLM `reference_integer_ops::TransposeConv`
 * of int16 activations, which scatters into a buffer; the sums are gathered here for each output pixel.
 */
export function transposeConvInt16(p: TransposeConvInt16): Int16Product {
  const { begin, finish } = channelFinish(p);
  const sums = new Float64Array(p.multipliers.length);
  return (input, weights, bias, output) => {
    begin(bias);
    slideTransposed(p.window, {
      begin() {
        sums.fill(0);
      },
      tap(pixel, tap) {
        addTap(sums, p.inputDepth, input, pixel, weights, tap);
      },
      end(pixel) {
        finish(sums, output, pixel * sums.length);
      },
    });
  };
}
