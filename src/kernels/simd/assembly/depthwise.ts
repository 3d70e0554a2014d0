/**
 * Every channel convolved by itself, forward and back. Sums of four and of sixteen channels stay in registers over all taps of
 * their window; each adds in the order of the plain loops.
 */

import {
  CHANNELS, DILATION_HEIGHT, DILATION_WIDTH, HEIGHT, KERNEL_HEIGHT, KERNEL_WIDTH, OUTPUT_HEIGHT, OUTPUT_WIDTH,
  PAD_LEFT, PAD_TOP, STRIDE_HEIGHT, STRIDE_WIDTH, WIDTH,
} from './geometry';

/** ⌈a / b⌉ but not below 0; b is positive. */
@inline
function firstOf(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

/** The products of a grid of `lines` × `count` places in two arrays, added up for four channels. */
@inline
function sum4(start: v128, a: usize, aStep: usize, aLine: usize, b: usize, bStep: usize, bLine: usize, lines: i32, count: i32): v128 {
  for (let l = 0; l < lines; l++, a += aLine, b += bLine) {
    let x = a;
    let y = b;
    for (let i = 0; i < count; i++, x += aStep, y += bStep) start = f32x4.add(start, f32x4.mul(v128.load(x), v128.load(y)));
  }
  return start;
}

@inline
function sum1(start: f32, a: usize, aStep: usize, aLine: usize, b: usize, bStep: usize, bLine: usize, lines: i32, count: i32): f32 {
  for (let l = 0; l < lines; l++, a += aLine, b += bLine) {
    let x = a;
    let y = b;
    for (let i = 0; i < count; i++, x += aStep, y += bStep) start += load<f32>(x) * load<f32>(y);
  }
  return start;
}

/** to[channels] += the products of a grid in two arrays, channel by channel. */
function addSums(to: usize, channels: i32, a: usize, aStep: usize, aLine: usize, b: usize, bStep: usize, bLine: usize, lines: i32, count: i32): void {
  let c = 0;
  for (; c + 16 <= channels; c += 16, to += 64, a += 64, b += 64) {
    let s0 = v128.load(to), s1 = v128.load(to, 16), s2 = v128.load(to, 32), s3 = v128.load(to, 48);
    let aRow = a;
    let bRow = b;
    for (let l = 0; l < lines; l++, aRow += aLine, bRow += bLine) {
      let x = aRow;
      let y = bRow;
      for (let i = 0; i < count; i++, x += aStep, y += bStep) {
        s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(y)));
        s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
        s2 = f32x4.add(s2, f32x4.mul(v128.load(x, 32), v128.load(y, 32)));
        s3 = f32x4.add(s3, f32x4.mul(v128.load(x, 48), v128.load(y, 48)));
      }
    }
    v128.store(to, s0); v128.store(to, s1, 16); v128.store(to, s2, 32); v128.store(to, s3, 48);
  }
  for (; c + 4 <= channels; c += 4, to += 16, a += 16, b += 16) {
    v128.store(to, sum4(v128.load(to), a, aStep, aLine, b, bStep, bLine, lines, count));
  }
  for (; c < channels; c++, to += 4, a += 4, b += 4) {
    store<f32>(to, sum1(load<f32>(to), a, aStep, aLine, b, bStep, bLine, lines, count));
  }
}

/** Windows over the image, one for each output pixel. */
function forward(geometry: usize, image: usize, weights: usize, output: usize): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const kernelHeight = load<i32>(geometry, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(geometry, KERNEL_WIDTH);
  const dilationHeight = load<i32>(geometry, DILATION_HEIGHT);
  const dilationWidth = load<i32>(geometry, DILATION_WIDTH);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  const pixelBytes = <usize>channels << 2;
  const step = <usize>dilationWidth * pixelBytes;
  const line = <usize>(dilationHeight * width) * pixelBytes;
  const tapLine = <usize>kernelWidth * pixelBytes;
  memory.fill(output, 0, <usize>(outputHeight * outputWidth) * pixelBytes);
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * load<i32>(geometry, STRIDE_HEIGHT) - load<i32>(geometry, PAD_TOP);
    const kyFirst = firstOf(-top, dilationHeight);
    const kyEnd = min(kernelHeight, firstOf(height - top, dilationHeight));
    for (let ox = 0; ox < outputWidth; ox++, output += pixelBytes) {
      const left = ox * load<i32>(geometry, STRIDE_WIDTH) - load<i32>(geometry, PAD_LEFT);
      const kxFirst = firstOf(-left, dilationWidth);
      const kxEnd = min(kernelWidth, firstOf(width - left, dilationWidth));
      const pixel = image + <usize>((top + kyFirst * dilationHeight) * width + left + kxFirst * dilationWidth) * pixelBytes;
      const tap = weights + <usize>(kyFirst * kernelWidth + kxFirst) * pixelBytes;
      addSums(output, channels, pixel, step, line, tap, pixelBytes, tapLine, kyEnd - kyFirst, kxEnd - kxFirst);
    }
  }
}

/** Each pixel of the image gathers from the outputs that looked at it, first ones first. Not dilated, strides of 1. */
function gatherImage(geometry: usize, dOutput: usize, weights: usize, dImage: usize): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const kernelHeight = load<i32>(geometry, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(geometry, KERNEL_WIDTH);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  const pixelBytes = <usize>channels << 2;
  const outputLine = <usize>outputWidth * pixelBytes;
  const tapLine = <usize>kernelWidth * pixelBytes;
  for (let y = 0; y < height; y++) {
    const below = y + load<i32>(geometry, PAD_TOP);
    const oyFirst = max(below - kernelHeight + 1, 0);
    const oyEnd = min(below + 1, outputHeight);
    for (let x = 0; x < width; x++, dImage += pixelBytes) {
      const right = x + load<i32>(geometry, PAD_LEFT);
      const oxFirst = max(right - kernelWidth + 1, 0);
      const oxEnd = min(right + 1, outputWidth);
      const from = dOutput + <usize>(oyFirst * outputWidth + oxFirst) * pixelBytes;
      const tap = weights + <usize>((below - oyFirst) * kernelWidth + right - oxFirst) * pixelBytes;
      addSums(dImage, channels, from, pixelBytes, outputLine, tap, 0 - pixelBytes, 0 - tapLine, oyEnd - oyFirst, oxEnd - oxFirst);
    }
  }
}

/** Each tap gathers from the pixels under it, over all windows. */
function gatherWeights(geometry: usize, image: usize, dOutput: usize, dWeights: usize, from: i32, to: i32): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const kernelWidth = load<i32>(geometry, KERNEL_WIDTH);
  const strideHeight = load<i32>(geometry, STRIDE_HEIGHT);
  const strideWidth = load<i32>(geometry, STRIDE_WIDTH);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  const pixelBytes = <usize>channels << 2;
  const step = <usize>strideWidth * pixelBytes;
  const line = <usize>(strideHeight * width) * pixelBytes;
  const outputLine = <usize>outputWidth * pixelBytes;
  for (let tap = from; tap < to; tap++) {
    const down = (tap / kernelWidth) * load<i32>(geometry, DILATION_HEIGHT) - load<i32>(geometry, PAD_TOP);
    const across = (tap % kernelWidth) * load<i32>(geometry, DILATION_WIDTH) - load<i32>(geometry, PAD_LEFT);
    const oyFirst = firstOf(-down, strideHeight);
    const oyEnd = min(outputHeight, firstOf(height - down, strideHeight));
    const oxFirst = firstOf(-across, strideWidth);
    const oxEnd = min(outputWidth, firstOf(width - across, strideWidth));
    const pixel = image + <usize>((oyFirst * strideHeight + down) * width + oxFirst * strideWidth + across) * pixelBytes;
    const output = dOutput + <usize>(oyFirst * outputWidth + oxFirst) * pixelBytes;
    const sums = dWeights + <usize>tap * pixelBytes;
    addSums(sums, channels, pixel, step, line, output, pixelBytes, outputLine, oyEnd - oyFirst, oxEnd - oxFirst);
  }
}

/** Of a tap: output[c · multiplier + m] += image[c] · weights[c, m]. */
@inline
function multiplyTap(image: usize, weights: usize, output: usize, channels: i32, multiplier: i32): void {
  for (let c = 0; c < channels; c++, image += 4) {
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

/** What has no walk of its own: over every output pixel and every tap, `from` up to `to`, that lies in the image. */
function walkTaps(mode: i32, geometry: usize, multiplier: i32, image: usize, weights: usize, output: usize, from: i32, to: i32): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const kernelHeight = load<i32>(geometry, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(geometry, KERNEL_WIDTH);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  const pixelBytes = <usize>channels << 2;
  const outputBytes = pixelBytes * multiplier;
  if (mode == FORWARD) memory.fill(output, 0, <usize>(outputHeight * outputWidth) * outputBytes);
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * load<i32>(geometry, STRIDE_HEIGHT) - load<i32>(geometry, PAD_TOP);
    for (let ox = 0; ox < outputWidth; ox++, output += outputBytes) {
      const left = ox * load<i32>(geometry, STRIDE_WIDTH) - load<i32>(geometry, PAD_LEFT);
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = top + ky * load<i32>(geometry, DILATION_HEIGHT);
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const index = ky * kernelWidth + kx;
          if (index < from || index >= to) continue;
          const x = left + kx * load<i32>(geometry, DILATION_WIDTH);
          if (x < 0 || x >= width) continue;
          const pixel = image + <usize>(y * width + x) * pixelBytes;
          const tap = weights + <usize>index * outputBytes;
          if (mode == BACKWARD_IMAGE) multiplyTapBack(output, tap, pixel, channels, multiplier);
          else if (mode == BACKWARD_WEIGHTS) multiplyTap(pixel, output, tap, channels, multiplier);
          else multiplyTap(pixel, tap, output, channels, multiplier);
        }
      }
    }
  }
}

export function depthwise(geometry: usize, multiplier: i32, image: usize, weights: usize, output: usize): void {
  if (multiplier == 1) forward(geometry, image, weights, output);
  else walkTaps(FORWARD, geometry, multiplier, image, weights, output, 0, i32.MAX_VALUE);
}

export function depthwiseBackwardImage(geometry: usize, multiplier: i32, dOutput: usize, weights: usize, dImage: usize): void {
  const steps = load<i32>(geometry, STRIDE_HEIGHT) * load<i32>(geometry, STRIDE_WIDTH) *
    load<i32>(geometry, DILATION_HEIGHT) * load<i32>(geometry, DILATION_WIDTH);
  if (multiplier == 1 && steps == 1) gatherImage(geometry, dOutput, weights, dImage);
  else walkTaps(BACKWARD_IMAGE, geometry, multiplier, dImage, weights, dOutput, 0, i32.MAX_VALUE);
}

export function depthwiseBackwardWeights(geometry: usize, multiplier: i32, image: usize, dOutput: usize, dWeights: usize, from: i32, to: i32): void {
  if (multiplier == 1) gatherWeights(geometry, image, dOutput, dWeights, from, to);
  else walkTaps(BACKWARD_WEIGHTS, geometry, multiplier, image, dWeights, dOutput, from, to);
}
