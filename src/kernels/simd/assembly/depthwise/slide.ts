/**
 * Windows of every channel by itself: over the image for its outputs or, where they step by one, over the gradient of the outputs
 * for that of the image, which each of its pixels gathers with the taps turned round.
 */

import { firstOf, Geometry, pixelBytesOf, zeroFloats } from '../geometry';
import { added, addSums } from './sums';
import { slideStrips } from './strips';
import { endWhole, firstWhole, lacksOneTap } from './whole';

/** Bytes of outputs that are made at a time: with the pixels under them they stay in the first cache. */
const BLOCK_BYTES: usize = 8192;

/** What slides over what: `back` is known where a function is copied, so none of this is chosen as it runs. */

@inline
function fromHeight(back: bool, g: Geometry): i32 {
  return back ? g.outputHeight : g.height;
}

@inline
function fromWidth(back: bool, g: Geometry): i32 {
  return back ? g.outputWidth : g.width;
}

@inline
function toHeight(back: bool, g: Geometry): i32 {
  return back ? g.height : g.outputHeight;
}

@inline
function toWidth(back: bool, g: Geometry): i32 {
  return back ? g.width : g.outputWidth;
}

@inline
function padTop(back: bool, g: Geometry): i32 {
  return back ? g.kernelHeight - 1 - g.padTop : g.padTop;
}

@inline
function padLeft(back: bool, g: Geometry): i32 {
  return back ? g.kernelWidth - 1 - g.padLeft : g.padLeft;
}

/** Bytes from the tap of a window to the next one of its line. */
@inline
function tapStep(back: bool, g: Geometry): usize {
  return back ? 0 - pixelBytesOf(g) : pixelBytesOf(g);
}

@inline
function firstTap(back: bool, g: Geometry, weights: usize): usize {
  return back ? weights + <usize>(g.kernelHeight * g.kernelWidth - 1) * pixelBytesOf(g) : weights;
}

/** Channels `channel` and all behind it, in lines `y` up to `end`. */
function slideAny(back: bool, g: Geometry, from: usize, weights: usize, to: usize, y: i32, end: i32, channel: i32): void {
  const width = fromWidth(back, g);
  const channels = g.channels - channel;
  const pixelBytes = pixelBytesOf(g);
  const step = <usize>g.dilationWidth * pixelBytes;
  const line = <usize>(g.dilationHeight * width) * pixelBytes;
  const nextTap = tapStep(back, g);
  const tapLine = <usize>g.kernelWidth * nextTap;
  const skipped = <usize>channel << 2;
  from += skipped;
  weights = firstTap(back, g, weights) + skipped;
  to += <usize>(y * toWidth(back, g)) * pixelBytes + skipped;
  for (; y < end; y++) {
    const top = y * g.strideHeight - padTop(back, g);
    const kyFirst = firstOf(-top, g.dilationHeight);
    const kyEnd = min(g.kernelHeight, firstOf(fromHeight(back, g) - top, g.dilationHeight));
    for (let x = 0; x < toWidth(back, g); x++, to += pixelBytes) {
      const left = x * g.strideWidth - padLeft(back, g);
      const kxFirst = firstOf(-left, g.dilationWidth);
      const kxEnd = min(g.kernelWidth, firstOf(width - left, g.dilationWidth));
      const pixel = from + <usize>((top + kyFirst * g.dilationHeight) * width + left + kxFirst * g.dilationWidth) * pixelBytes;
      const tap = weights + <usize>kyFirst * tapLine + <usize>kxFirst * nextTap;
      zeroFloats(to, channels);
      addSums(to, channels, pixel, step, line, tap, nextTap, tapLine, kyEnd - kyFirst, kxEnd - kxFirst);
    }
  }
}

/**
 * Lines `y` up to `end`, where no window of 3×3 reaches over the top or the bottom, and but the first and the last one of a line
 * none lacks a tap; groups of four channels.
 */
@inline
function slide3x3(back: bool, g: Geometry, from: usize, weights: usize, to: usize, y: i32, end: i32): void {
  const width = fromWidth(back, g);
  const outputs = toWidth(back, g);
  const pixelBytes = pixelBytesOf(g);
  const strideWidth = g.strideWidth;
  const dilationWidth = g.dilationWidth;
  const left = padLeft(back, g);
  const step = <usize>dilationWidth * pixelBytes;
  const line = <usize>(g.dilationHeight * width) * pixelBytes;
  const window = <usize>strideWidth * pixelBytes;
  const lineStep = <usize>(g.strideHeight * width) * pixelBytes;
  const outputLine = <usize>outputs * pixelBytes;
  const nextTap = tapStep(back, g);
  const nextLine = 3 * nextTap;
  const xFirst = firstWhole(left, strideWidth, outputs);
  const xEnd = endWhole(xFirst, width, left, strideWidth, dilationWidth, outputs);
  const atLeft = xFirst == 1;
  const atRight = xEnd < outputs;
  const inside = <usize>xEnd * pixelBytes;
  const lines = max(1, <i32>(BLOCK_BYTES / outputLine));
  const groups = <usize>(g.channels & ~3) << 2;
  from += <usize>((y * g.strideHeight - padTop(back, g)) * width - left) * pixelBytes;
  to += <usize>y * outputLine;
  weights = firstTap(back, g, weights);
  if (g.strideHeight * strideWidth * g.dilationHeight * dilationWidth == 1) {
    slideStrips(from, step, line, weights, nextTap, to, outputs, xFirst, xEnd, end - y, groups);
    return;
  }
  while (y < end) {
    const some = min(lines, end - y);
    for (let at: usize = 0; at < groups; at += 16) {
      let tap = weights + at;
      const w00 = v128.load(tap), w01 = v128.load(tap + nextTap), w02 = v128.load(tap + 2 * nextTap);
      tap += nextLine;
      const w10 = v128.load(tap), w11 = v128.load(tap + nextTap), w12 = v128.load(tap + 2 * nextTap);
      tap += nextLine;
      const w20 = v128.load(tap), w21 = v128.load(tap + nextTap), w22 = v128.load(tap + 2 * nextTap);
      let pixels = from + at;
      let into = to + at;
      for (let l = 0; l < some; l++, pixels += lineStep, into += outputLine) {
        if (atLeft) {
          const p = pixels + step;
          let sum = added(f32x4.splat(0), p, w01);
          sum = added(sum, p + step, w02);
          const p1 = p + line;
          sum = added(sum, p1, w11);
          sum = added(sum, p1 + step, w12);
          const p2 = p1 + line;
          sum = added(sum, p2, w21);
          v128.store(into, added(sum, p2 + step, w22));
        }
        let p = pixels + <usize>xFirst * window;
        let t = into + <usize>xFirst * pixelBytes;
        for (const last = into + inside; t != last; t += pixelBytes, p += window) {
          let sum = added(f32x4.splat(0), p, w00);
          sum = added(sum, p + step, w01);
          sum = added(sum, p + 2 * step, w02);
          const p1 = p + line;
          sum = added(sum, p1, w10);
          sum = added(sum, p1 + step, w11);
          sum = added(sum, p1 + 2 * step, w12);
          const p2 = p1 + line;
          sum = added(sum, p2, w20);
          sum = added(sum, p2 + step, w21);
          sum = added(sum, p2 + 2 * step, w22);
          v128.store(t, sum);
        }
        if (atRight) {
          let sum = added(f32x4.splat(0), p, w00);
          sum = added(sum, p + step, w01);
          const p1 = p + line;
          sum = added(sum, p1, w10);
          sum = added(sum, p1 + step, w11);
          const p2 = p1 + line;
          sum = added(sum, p2, w20);
          v128.store(t, added(sum, p2 + step, w21));
        }
      }
    }
    y += some;
    from += <usize>some * lineStep;
    to += <usize>some * outputLine;
  }
}

@inline
function slide(back: bool, g: Geometry, from: usize, weights: usize, to: usize): void {
  const lines = toHeight(back, g);
  const is3x3 = g.kernelHeight == 3 && g.kernelWidth == 3 && g.channels >= 4;
  if (!is3x3 || !lacksOneTap(fromWidth(back, g), padLeft(back, g), g.strideWidth, g.dilationWidth, toWidth(back, g))) {
    slideAny(back, g, from, weights, to, 0, lines, 0);
    return;
  }
  const top = padTop(back, g);
  const first = firstWhole(top, g.strideHeight, lines);
  const end = endWhole(first, fromHeight(back, g), top, g.strideHeight, g.dilationHeight, lines);
  slideAny(back, g, from, weights, to, 0, first, 0);
  if (first < end) slide3x3(back, g, from, weights, to, first, end);
  if ((g.channels & 3) != 0) slideAny(back, g, from, weights, to, first, end, g.channels & ~3);
  slideAny(back, g, from, weights, to, end, lines, 0);
}

/** The output of every window. */
export function slideForward(g: Geometry, image: usize, weights: usize, output: usize): void {
  slide(false, g, image, weights, output);
}

/** The gradient of the image. Not dilated, strides of 1. */
export function slideBack(g: Geometry, dOutput: usize, weights: usize, dImage: usize): void {
  slide(true, g, dOutput, weights, dImage);
}
