/** Every channel convolved by itself, forward and back. */

import { Geometry } from '../geometry';
import { gatherImage, gatherWeights } from './gather';
import { slideBack, slideForward } from './slide';
import { tapsBackwardImage, tapsBackwardWeights, tapsForward } from './taps';

export function depthwise(g: Geometry, multiplier: i32, image: usize, weights: usize, output: usize): void {
  if (multiplier == 1) slideForward(g, image, weights, output);
  else tapsForward(g, multiplier, image, weights, output);
}

export function depthwiseBackwardImage(g: Geometry, multiplier: i32, dOutput: usize, weights: usize, dImage: usize): void {
  if (multiplier != 1 || g.dilationHeight * g.dilationWidth != 1) tapsBackwardImage(g, multiplier, dOutput, weights, dImage);
  else if (g.strideHeight * g.strideWidth == 1) slideBack(g, dOutput, weights, dImage);
  else gatherImage(g, dOutput, weights, dImage);
}

export function depthwiseBackwardWeights(g: Geometry, multiplier: i32, image: usize, dOutput: usize, dWeights: usize, from: i32, to: i32): void {
  if (multiplier == 1) gatherWeights(g, image, dOutput, dWeights, from, to);
  else tapsBackwardWeights(g, multiplier, image, dOutput, dWeights, from, to);
}
