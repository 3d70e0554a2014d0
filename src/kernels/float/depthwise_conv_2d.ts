import { slide, type Window } from '../window.ts';
import { type FloatClamp, finishChannels } from './finish-channels.ts';

export interface DepthwiseConvFloat extends FloatClamp {
  readonly window: Window;
  readonly inputDepth: number;
  /** One for each output channel; storing a sum rounds it to float32. */
  readonly sums: Float32Array;
}

function addTap(
  { inputDepth, sums }: DepthwiseConvFloat,
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
export function depthwiseConvFloat(
  p: DepthwiseConvFloat,
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
  output: Float32Array,
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
      finishChannels(p, sums, bias, output, pixel * sums.length);
    },
  });
}
