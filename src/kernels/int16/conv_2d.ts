import { slide, type Window } from '../window.ts';
import { type ChannelSums, channelFinish, type Int16Product, multiplyRows } from './channel-sums.ts';

export interface ConvInt16 extends ChannelSums {
  readonly window: Window;
  readonly inputDepth: number;
  readonly groups: number;
}

function copyTap(p: ConvInt16, patch: Int32Array, input: Int16Array, pixel: number, tap: number): void {
  const groupDepth = p.inputDepth / p.groups;
  const groupLength = patch.length / p.groups;
  let from = pixel * p.inputDepth;
  for (let start = tap * groupDepth; start < patch.length; start += groupLength) {
    for (let to = start; to < start + groupDepth; to++) patch[to] = input[from++];
  }
}

/**
 * input NHWC, weights OHWI with I the input depth divided by the groups, bias [O], output NHWC. Zero points play no part.
 * TFLM `reference_integer_ops::ConvPerChannel` of int16 activations.
 */
export function convInt16(p: ConvInt16): Int16Product {
  const { window, inputDepth, groups } = p;
  const { begin, finish } = channelFinish(p);
  // What lies under the window, 0 outside the image: [groups, height, width, depth of one].
  const patch = new Int32Array(window.filterHeight * window.filterWidth * inputDepth);
  const sums = new Float64Array(p.multipliers.length);
  const groupLength = patch.length / groups;
  const groupChannels = sums.length / groups;
  return (input, weights, bias, output) => {
    begin(bias);
    slide(window, {
      begin() {
        patch.fill(0);
      },
      tap(pixel, tap) {
        copyTap(p, patch, input, pixel, tap);
      },
      end(pixel) {
        for (let group = 0; group < groups; group++) {
          const first = group * groupChannels;
          multiplyRows(patch, group * groupLength, groupLength, weights, first, first + groupChannels, sums);
        }
        finish(sums, output, pixel * sums.length);
      },
    });
  };
}
