import { slideTransposed, type Window } from '../window.ts';
import type { Int8Product } from './product.ts';
import { type ChannelRequantization, channelSteps, requantizeChannels } from './requantize.ts';

export interface TransposeConvInt8 extends ChannelRequantization {
  readonly window: Window;
  readonly inputDepth: number;
  readonly inputZeroPoint: number;
}

function addTap(
  { inputDepth, inputZeroPoint }: TransposeConvInt8,
  sums: Int32Array,
  input: Int8Array,
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
    for (let i = start; i < end; i++) sum = (sum + Math.imul(input[i] - inputZeroPoint, weights[at++])) | 0;
    sums[channel] = sum;
  }
}

/**
 * input NHWC, weights OHWI, bias [O], output NHWC. TFLM `reference_integer_ops::TransposeConv`, which scatters into a
 * buffer; the sums are gathered here for each output pixel, as int32 addition has no order.
 */
export function transposeConvInt8(p: TransposeConvInt8): Int8Product {
  const steps = channelSteps(p);
  const sums = new Int32Array(p.multipliers.length);
  return (input, weights, bias, output) =>
    slideTransposed(p.window, {
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
