import { slide, type Window } from '../window.ts';
import type { Int8Product } from './product.ts';
import { type ChannelRequantization, channelSteps, requantizeChannels } from './requantize.ts';

export interface ConvInt8 extends ChannelRequantization {
  readonly window: Window;
  readonly inputDepth: number;
  readonly groups: number;
  readonly inputZeroPoint: number;
}

function copyTap(p: ConvInt8, patch: Int16Array, input: Int8Array, pixel: number, tap: number): void {
  const { inputDepth, groups, inputZeroPoint } = p;
  const groupDepth = inputDepth / groups;
  const groupLength = patch.length / groups;
  let from = pixel * inputDepth;
  for (let start = tap * groupDepth; start < patch.length; start += groupLength) {
    const end = start + groupDepth;
    for (let to = start; to < end; to++) patch[to] = input[from++] - inputZeroPoint;
  }
}

/** sums[row] = the patch from `start` on times that row of the weights; four rows share each load of the patch. */
function multiplyRows(
  patch: Int16Array,
  start: number,
  length: number,
  weights: Int8Array,
  firstRow: number,
  endRow: number,
  sums: Int32Array,
): void {
  const end = start + length;
  let row = firstRow;
  for (; row + 4 <= endRow; row += 4) {
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    let at = row * length;
    for (let i = start; i < end; i++, at++) {
      const x = patch[i];
      sum0 = (sum0 + Math.imul(x, weights[at])) | 0;
      sum1 = (sum1 + Math.imul(x, weights[at + length])) | 0;
      sum2 = (sum2 + Math.imul(x, weights[at + 2 * length])) | 0;
      sum3 = (sum3 + Math.imul(x, weights[at + 3 * length])) | 0;
    }
    sums[row] = sum0;
    sums[row + 1] = sum1;
    sums[row + 2] = sum2;
    sums[row + 3] = sum3;
  }
  for (; row < endRow; row++) {
    let sum = 0;
    let at = row * length;
    for (let i = start; i < end; i++, at++) sum = (sum + Math.imul(patch[i], weights[at])) | 0;
    sums[row] = sum;
  }
}

/**
 * input NHWC, weights OHWI with I the input depth divided by the groups, bias [O], output NHWC.
 * TFLM `reference_integer_ops::ConvPerChannel`.
 */
export function convInt8(p: ConvInt8): Int8Product {
  const { window, inputDepth, groups } = p;
  const steps = channelSteps(p);
  // What lies under the window, less the zero point and 0 outside the image: [groups, height, width, depth of one].
  const patch = new Int16Array(window.filterHeight * window.filterWidth * inputDepth);
  const sums = new Int32Array(p.multipliers.length);
  const groupLength = patch.length / groups;
  const groupChannels = sums.length / groups;
  return (input, weights, bias, output) =>
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
          const end = first + groupChannels;
          multiplyRows(patch, group * groupLength, groupLength, weights, first, end, sums);
        }
        requantizeChannels(steps, sums, bias, output, pixel * sums.length);
      },
    });
}
