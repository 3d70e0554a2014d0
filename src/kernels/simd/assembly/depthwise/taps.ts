/** What has no walk of its own, several outputs of a channel or dilated windows on the way back: tap by tap. */

import { Geometry, pixelBytesOf, zeroFloats } from '../geometry';

/** Of a tap: output[c · multiplier + m] += image[c] · weights[c, m], channels `from` up to `to`. */
@inline
function multiplyTap(image: usize, weights: usize, output: usize, from: i32, to: i32, multiplier: i32): void {
  const skipped = <usize>(from * multiplier) << 2;
  image += <usize>from << 2;
  weights += skipped;
  output += skipped;
  for (let c = from; c < to; c++, image += 4) {
    const x = load<f32>(image);
    for (let m = 0; m < multiplier; m++, weights += 4, output += 4) {
      store<f32>(output, load<f32>(output) + x * load<f32>(weights));
    }
  }
}

/** Of a tap: dImage[c] += Σ over m of dOutput[c · multiplier + m] · weights[c, m]. */
@inline
function multiplyTapBack(dOutput: usize, weights: usize, dImage: usize, channels: i32, multiplier: i32): void {
  for (let c = 0; c < channels; c++, dImage += 4) {
    let sum = load<f32>(dImage);
    for (let m = 0; m < multiplier; m++, weights += 4, dOutput += 4) sum += load<f32>(dOutput) * load<f32>(weights);
    store<f32>(dImage, sum);
  }
}

const FORWARD = 0;
const BACKWARD_IMAGE = 1;
const BACKWARD_WEIGHTS = 2;

/** Over every output pixel and every tap that lies in the image. */
function walkTaps(mode: i32, g: Geometry, multiplier: i32, image: usize, weights: usize, output: usize, from: i32, to: i32): void {
  const height = g.height;
  const width = g.width;
  const channels = g.channels;
  const kernelWidth = g.kernelWidth;
  const pixelBytes = pixelBytesOf(g);
  const outputBytes = pixelBytes * multiplier;
  for (let oy = 0; oy < g.outputHeight; oy++) {
    const top = oy * g.strideHeight - g.padTop;
    for (let ox = 0; ox < g.outputWidth; ox++, output += outputBytes) {
      const left = ox * g.strideWidth - g.padLeft;
      for (let ky = 0; ky < g.kernelHeight; ky++) {
        const y = top + ky * g.dilationHeight;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const x = left + kx * g.dilationWidth;
          if (x < 0 || x >= width) continue;
          const pixel = image + <usize>(y * width + x) * pixelBytes;
          const tap = weights + <usize>(ky * kernelWidth + kx) * outputBytes;
          if (mode == BACKWARD_IMAGE) multiplyTapBack(output, tap, pixel, channels, multiplier);
          else if (mode == BACKWARD_WEIGHTS) multiplyTap(pixel, output, tap, from, to, multiplier);
          else multiplyTap(pixel, tap, output, 0, channels, multiplier);
        }
      }
    }
  }
}

export function tapsForward(g: Geometry, multiplier: i32, image: usize, weights: usize, output: usize): void {
  zeroFloats(output, g.outputHeight * g.outputWidth * g.channels * multiplier);
  walkTaps(FORWARD, g, multiplier, image, weights, output, 0, 0);
}

export function tapsBackwardImage(g: Geometry, multiplier: i32, dOutput: usize, weights: usize, dImage: usize): void {
  zeroFloats(dImage, g.height * g.width * g.channels);
  walkTaps(BACKWARD_IMAGE, g, multiplier, dImage, weights, dOutput, 0, 0);
}

export function tapsBackwardWeights(g: Geometry, multiplier: i32, image: usize, dOutput: usize, dWeights: usize, from: i32, to: i32): void {
  walkTaps(BACKWARD_WEIGHTS, g, multiplier, image, dWeights, dOutput, from, to);
}
