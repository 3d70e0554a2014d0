/**
 * Sums of float32 in the order of TensorFlow Lite on x86, where TensorFlow calibrates (Eigen built for AVX, which has no
 * fused multiply-add): eight lanes each add every eighth product, and are added up at the end.
 */

import { slide } from '../window.ts';
import type { DepthwiseConvFloat } from './depthwise_conv_2d.ts';
import type { FullyConnectedFloat } from './fully_connected.ts';
import type { FloatProduct } from './product.ts';

const LANES = 8;
const HALF = 4;
const round = Math.fround;

/** Four lanes as Eigen's `predux` adds them. */
function sumOfHalf([a, b, c, d]: Float32Array): number {
  return round(round(a + c) + round(b + d));
}

/** The products from `start` to `end` of rows that begin at `x` and `w`, in as many lanes as `sums` has. */
function addInLanes(
  sums: Float32Array,
  input: Float32Array,
  x: number,
  weights: Float32Array,
  w: number,
  start: number,
  end: number,
): void {
  sums.fill(0);
  for (let at = start; at < end; at += sums.length) {
    for (let lane = 0; lane < sums.length; lane++) {
      sums[lane] += round(input[x + at + lane] * weights[w + at + lane]);
    }
  }
}

/** Rows are taken by eight, four and two; only a row that is left over has its remainder in lanes too. */
const isLeftOver = (unit: number, units: number): boolean => units % 2 === 1 && unit === units - 1;

/** Eigen's `general_matrix_vector_product` of a matrix by rows; TensorFlow calibrates with single records. */
export function fullyConnectedDesktop(p: FullyConnectedFloat): FloatProduct {
  const { batches, depth, units } = p;
  const [lanes, half] = [new Float32Array(LANES), new Float32Array(HALF)];
  const wide = depth - (depth % LANES);
  const narrow = depth - (depth % HALF);
  const dot = (input: Float32Array, x: number, weights: Float32Array, w: number, last: boolean): number => {
    addInLanes(lanes, input, x, weights, w, 0, wide);
    for (let lane = 0; lane < HALF; lane++) half[lane] = lanes[lane] + lanes[lane + HALF];
    let sum = sumOfHalf(half);
    let at = wide;
    if (last && narrow > wide) {
      addInLanes(half, input, x, weights, w, wide, narrow);
      sum = round(sum + sumOfHalf(half));
      at = narrow;
    }
    for (; at < depth; at++) sum = round(sum + round(input[x + at] * weights[w + at]));
    return sum;
  };
  return (input, weights, bias, output) => {
    for (let batch = 0; batch < batches; batch++) {
      for (let unit = 0; unit < units; unit++) {
        const sum = dot(input, batch * depth, weights, unit * depth, isLeftOver(unit, units));
        const biased = bias === undefined ? sum : round(sum + bias[unit]);
        output[batch * units + unit] = Math.min(Math.max(biased, p.clampMin), p.clampMax);
      }
    }
  };
}

/** `optimized_ops::DepthwiseConv` begins with the bias. */
export function depthwiseConvDesktop(p: DepthwiseConvFloat): FloatProduct {
  const { window, inputDepth, outputDepth, clampMin, clampMax } = p;
  const multiplier = outputDepth / inputDepth;
  const sums = new Float32Array(outputDepth);
  return (input, weights, bias, output) =>
    slide(window, {
      begin() {
        if (bias === undefined) sums.fill(0);
        else sums.set(bias);
      },
      tap(pixel, tap) {
        for (let channel = 0; channel < outputDepth; channel++) {
          const x = input[pixel * inputDepth + Math.floor(channel / multiplier)];
          sums[channel] += round(x * weights[tap * outputDepth + channel]);
        }
      },
      end(pixel) {
        for (let channel = 0; channel < outputDepth; channel++) {
          output[pixel * outputDepth + channel] = Math.min(Math.max(sums[channel], clampMin), clampMax);
        }
      },
    });
}
