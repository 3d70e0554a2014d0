import { slideTransposed, type Window } from '../window.ts';
import { type ChannelRequantization, requantizeChannels } from './requantize.ts';

export interface TransposeConvInt8 extends ChannelRequantization {
  readonly window: Window;
  readonly inputDepth: number;
  readonly inputZeroPoint: number;
  /** One for each output channel. */
  readonly sums: Int32Array;
}

function addTap(
  p: TransposeConvInt8,
  input: Int8Array,
  pixel: number,
  weights: Int8Array,
  tap: number,
): void {
  const { inputDepth, inputZeroPoint, sums } = p;
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
export function transposeConvInt8(
  p: TransposeConvInt8,
  input: Int8Array,
  weights: Int8Array,
  bias: Int32Array | undefined,
  output: Int8Array,
): void {
  const { sums } = p;
  slideTransposed(p.window, {
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
