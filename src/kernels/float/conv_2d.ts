import { slide, type Window } from '../window.ts';
import { type FloatClamp, finishChannels } from './finish-channels.ts';
import type { FloatProduct } from './product.ts';

export interface ConvFloat extends FloatClamp {
  readonly window: Window;
  readonly inputDepth: number;
  readonly outputDepth: number;
  readonly groups: number;
}

function copyTap(
  { inputDepth, groups }: ConvFloat,
  patch: Float32Array,
  input: Float32Array,
  pixel: number,
  tap: number,
): void {
  const groupDepth = inputDepth / groups;
  const groupLength = patch.length / groups;
  let from = pixel * inputDepth;
  for (let start = tap * groupDepth; start < patch.length; start += groupLength) {
    const end = start + groupDepth;
    for (let to = start; to < end; to++) patch[to] = input[from++];
  }
}

/** sums[row] = the patch from `start` on times that row of the weights; four sums at once hide the latency of each. */
function multiplyRows(
  patch: Float32Array,
  start: number,
  length: number,
  weights: Float32Array,
  firstRow: number,
  endRow: number,
  sums: Float32Array,
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
      sum0 = Math.fround(sum0 + Math.fround(x * weights[at]));
      sum1 = Math.fround(sum1 + Math.fround(x * weights[at + length]));
      sum2 = Math.fround(sum2 + Math.fround(x * weights[at + 2 * length]));
      sum3 = Math.fround(sum3 + Math.fround(x * weights[at + 3 * length]));
    }
    sums[row] = sum0;
    sums[row + 1] = sum1;
    sums[row + 2] = sum2;
    sums[row + 3] = sum3;
  }
  for (; row < endRow; row++) {
    let sum = 0;
    let at = row * length;
    for (let i = start; i < end; i++, at++) sum = Math.fround(sum + Math.fround(patch[i] * weights[at]));
    sums[row] = sum;
  }
}

/**
 * input NHWC, weights OHWI with I the input depth divided by the groups, bias [O], output NHWC.
 * Sums in the order of TFLM `reference_ops::Conv`, every step rounded to float32.
 */
export function convFloat(p: ConvFloat): FloatProduct {
  const { window, inputDepth, groups } = p;
  // What lies under the window, 0 outside the image: [groups, height, width, depth of one].
  const patch = new Float32Array(window.filterHeight * window.filterWidth * inputDepth);
  const sums = new Float32Array(p.outputDepth);
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
        finishChannels(p, sums, bias, output, pixel * sums.length);
      },
    });
}
