/** Gradients of windows of every channel by itself, where each element gathers what belongs to it, first outputs first. */

import { firstOf, Geometry, pixelBytesOf, zeroFloats } from '../geometry';
import { CACHE_LINE, touchRows } from '../touch';
import { addLines } from './columns';
import { added, addSums, sum } from './sums';
import { endWhole, firstWhole, lacksOneTap } from './whole';

/** Each pixel of the image gathers from the outputs that looked at it. Not dilated. */
export function gatherImage(g: Geometry, dOutput: usize, weights: usize, dImage: usize): void {
  const strideHeight = g.strideHeight;
  const strideWidth = g.strideWidth;
  const outputWidth = g.outputWidth;
  const channels = g.channels;
  const pixelBytes = pixelBytesOf(g);
  const outputLine = <usize>outputWidth * pixelBytes;
  const tapStep = 0 - <usize>strideWidth * pixelBytes;
  const tapLine = 0 - <usize>(strideHeight * g.kernelWidth) * pixelBytes;
  for (let y = 0; y < g.height; y++) {
    const below = y + g.padTop;
    const oyFirst = firstOf(below - g.kernelHeight + 1, strideHeight);
    const oyEnd = min(below / strideHeight + 1, g.outputHeight);
    for (let x = 0; x < g.width; x++, dImage += pixelBytes) {
      const right = x + g.padLeft;
      const oxFirst = firstOf(right - g.kernelWidth + 1, strideWidth);
      const oxEnd = min(right / strideWidth + 1, outputWidth);
      const from = dOutput + <usize>(oyFirst * outputWidth + oxFirst) * pixelBytes;
      const tap = (below - oyFirst * strideHeight) * g.kernelWidth + right - oxFirst * strideWidth;
      zeroFloats(dImage, channels);
      addSums(dImage, channels, from, pixelBytes, outputLine, weights + <usize>tap * pixelBytes, tapStep, tapLine, oyEnd - oyFirst, oxEnd - oxFirst);
    }
  }
}

/** Channels `from` up to `to` of each tap, over the outputs in lines `y` up to `end`. */
function gatherAny(g: Geometry, image: usize, dOutput: usize, dWeights: usize, y: i32, end: i32, from: i32, to: i32): void {
  const height = g.height;
  const width = g.width;
  const kernelWidth = g.kernelWidth;
  const strideHeight = g.strideHeight;
  const strideWidth = g.strideWidth;
  const outputWidth = g.outputWidth;
  const pixelBytes = pixelBytesOf(g);
  const step = <usize>strideWidth * pixelBytes;
  const line = <usize>(strideHeight * width) * pixelBytes;
  const outputLine = <usize>outputWidth * pixelBytes;
  const skipped = <usize>from << 2;
  for (let tap = 0; tap < g.kernelHeight * kernelWidth; tap++) {
    const down = (tap / kernelWidth) * g.dilationHeight - g.padTop;
    const across = (tap % kernelWidth) * g.dilationWidth - g.padLeft;
    const oyFirst = max(y, firstOf(-down, strideHeight));
    const oyEnd = min(end, firstOf(height - down, strideHeight));
    const oxFirst = firstOf(-across, strideWidth);
    const oxEnd = min(outputWidth, firstOf(width - across, strideWidth));
    const pixel = image + <usize>((oyFirst * strideHeight + down) * width + oxFirst * strideWidth + across) * pixelBytes;
    const output = dOutput + <usize>(oyFirst * outputWidth + oxFirst) * pixelBytes;
    const sums = dWeights + <usize>tap * pixelBytes;
    addSums(sums + skipped, to - from, pixel + skipped, step, line, output + skipped, pixelBytes, outputLine, oyEnd - oyFirst, oxEnd - oxFirst);
  }
}

/** Bytes of a gradient that are gone through at a time: with the pixels under them they stay in the first cache. */
const BLOCK_BYTES: usize = 16384;
/** The same, where a pixel is several lines of the cache, of which four channels meet one: those of a block are fetched before it. */
const SPREAD_BLOCK_BYTES: usize = 8192;

/** Lines `y` up to `end`, of the windows that `slide3x3` takes too: nine sums of a group of four channels at a time. */
function gather3x3(g: Geometry, image: usize, dOutput: usize, dWeights: usize, y: i32, end: i32, from: i32, to: i32): void {
  const width = g.width;
  const outputs = g.outputWidth;
  const pixelBytes = pixelBytesOf(g);
  const strideWidth = g.strideWidth;
  const dilationWidth = g.dilationWidth;
  const left = g.padLeft;
  const step = <usize>dilationWidth * pixelBytes;
  const line = <usize>(g.dilationHeight * width) * pixelBytes;
  const window = <usize>strideWidth * pixelBytes;
  const lineStep = <usize>(g.strideHeight * width) * pixelBytes;
  const outputLine = <usize>outputs * pixelBytes;
  const tapLine = 3 * pixelBytes;
  const xFirst = firstWhole(left, strideWidth, outputs);
  const xEnd = endWhole(xFirst, width, left, strideWidth, dilationWidth, outputs);
  const atLeft = xFirst == 1;
  const atRight = xEnd < outputs;
  const isDense = g.strideHeight * strideWidth * g.dilationHeight * dilationWidth == 1;
  const isAround = isDense && outputs == width && outputs > 1 && atLeft && atRight;
  const inside = <usize>xEnd * pixelBytes;
  const tiles = window == step ? <usize>((xEnd - xFirst) / 3 * 3) * pixelBytes : 0;
  const isSpread = pixelBytes > CACHE_LINE;
  const lines = max(1, <i32>((isSpread ? SPREAD_BLOCK_BYTES : BLOCK_BYTES) / outputLine));
  const firstGroup = <usize>from << 2;
  const lastGroup = <usize>to << 2;
  image += <usize>((y * g.strideHeight - g.padTop) * width - left) * pixelBytes;
  dOutput += <usize>y * outputLine;
  while (y < end) {
    const some = min(lines, end - y);
    if (isSpread) {
      // What the lower taps lie on: most of the rest was there for the block before.
      const below = ((some - 1) * g.strideHeight + 1) * width;
      touchRows(image + 2 * line + firstGroup, pixelBytes, below, lastGroup - firstGroup);
      touchRows(dOutput + firstGroup, pixelBytes, some * outputs, lastGroup - firstGroup);
    }
    for (let at = firstGroup; at < lastGroup; at += 16) {
      if (isAround) {
        addLines(image + at + step, dOutput + at, step, line, dWeights + at, some);
        continue;
      }
      const s0 = dWeights + at, s1 = s0 + tapLine, s2 = s1 + tapLine;
      let s00 = v128.load(s0), s01 = v128.load(s0 + pixelBytes), s02 = v128.load(s0 + 2 * pixelBytes);
      let s10 = v128.load(s1), s11 = v128.load(s1 + pixelBytes), s12 = v128.load(s1 + 2 * pixelBytes);
      let s20 = v128.load(s2), s21 = v128.load(s2 + pixelBytes), s22 = v128.load(s2 + 2 * pixelBytes);
      let pixels = image + at;
      let gradients = dOutput + at;
      for (let l = 0; l < some; l++, pixels += lineStep, gradients += outputLine) {
        let p = pixels;
        let d = gradients;
        if (atLeft) {
          const dy = v128.load(d);
          s01 = added(s01, p + step, dy);
          s02 = added(s02, p + 2 * step, dy);
          const p1 = p + line;
          s11 = added(s11, p1 + step, dy);
          s12 = added(s12, p1 + 2 * step, dy);
          const p2 = p1 + line;
          s21 = added(s21, p2 + step, dy);
          s22 = added(s22, p2 + 2 * step, dy);
          d += pixelBytes;
          p += window;
        }
        for (const last = d + tiles; d != last; d += 3 * pixelBytes, p += 3 * step) {
          const dy0 = v128.load(d), dy1 = v128.load(d + pixelBytes), dy2 = v128.load(d + 2 * pixelBytes);
          let q: usize, x: v128;
          q = p;
          x = v128.load(q);
          s00 = sum(s00, x, dy0);
          q += step;
          x = v128.load(q);
          s01 = sum(s01, x, dy0);
          s00 = sum(s00, x, dy1);
          q += step;
          x = v128.load(q);
          s02 = sum(s02, x, dy0);
          s01 = sum(s01, x, dy1);
          s00 = sum(s00, x, dy2);
          q += step;
          x = v128.load(q);
          s02 = sum(s02, x, dy1);
          s01 = sum(s01, x, dy2);
          q += step;
          x = v128.load(q);
          s02 = sum(s02, x, dy2);
          q = p + line;
          x = v128.load(q);
          s10 = sum(s10, x, dy0);
          q += step;
          x = v128.load(q);
          s11 = sum(s11, x, dy0);
          s10 = sum(s10, x, dy1);
          q += step;
          x = v128.load(q);
          s12 = sum(s12, x, dy0);
          s11 = sum(s11, x, dy1);
          s10 = sum(s10, x, dy2);
          q += step;
          x = v128.load(q);
          s12 = sum(s12, x, dy1);
          s11 = sum(s11, x, dy2);
          q += step;
          x = v128.load(q);
          s12 = sum(s12, x, dy2);
          q = p + 2 * line;
          x = v128.load(q);
          s20 = sum(s20, x, dy0);
          q += step;
          x = v128.load(q);
          s21 = sum(s21, x, dy0);
          s20 = sum(s20, x, dy1);
          q += step;
          x = v128.load(q);
          s22 = sum(s22, x, dy0);
          s21 = sum(s21, x, dy1);
          s20 = sum(s20, x, dy2);
          q += step;
          x = v128.load(q);
          s22 = sum(s22, x, dy1);
          s21 = sum(s21, x, dy2);
          q += step;
          x = v128.load(q);
          s22 = sum(s22, x, dy2);
        }
        for (const last = gradients + inside; d != last; d += pixelBytes, p += window) {
          const dy = v128.load(d);
          s00 = added(s00, p, dy);
          s01 = added(s01, p + step, dy);
          s02 = added(s02, p + 2 * step, dy);
          const p1 = p + line;
          s10 = added(s10, p1, dy);
          s11 = added(s11, p1 + step, dy);
          s12 = added(s12, p1 + 2 * step, dy);
          const p2 = p1 + line;
          s20 = added(s20, p2, dy);
          s21 = added(s21, p2 + step, dy);
          s22 = added(s22, p2 + 2 * step, dy);
        }
        if (atRight) {
          const dy = v128.load(d);
          s00 = added(s00, p, dy);
          s01 = added(s01, p + step, dy);
          const p1 = p + line;
          s10 = added(s10, p1, dy);
          s11 = added(s11, p1 + step, dy);
          const p2 = p1 + line;
          s20 = added(s20, p2, dy);
          s21 = added(s21, p2 + step, dy);
        }
      }
      v128.store(s0, s00); v128.store(s0 + pixelBytes, s01); v128.store(s0 + 2 * pixelBytes, s02);
      v128.store(s1, s10); v128.store(s1 + pixelBytes, s11); v128.store(s1 + 2 * pixelBytes, s12);
      v128.store(s2, s20); v128.store(s2 + pixelBytes, s21); v128.store(s2 + 2 * pixelBytes, s22);
    }
    y += some;
    image += <usize>some * lineStep;
    dOutput += <usize>some * outputLine;
  }
}

/** Channels `from` up to `to` of each tap gather from the pixels under it, over all windows. */
export function gatherWeights(g: Geometry, image: usize, dOutput: usize, dWeights: usize, from: i32, to: i32): void {
  const lines = g.outputHeight;
  const groups = from + ((to - from) & ~3);
  const is3x3 = g.kernelHeight == 3 && g.kernelWidth == 3 && groups > from;
  if (!is3x3 || !lacksOneTap(g.width, g.padLeft, g.strideWidth, g.dilationWidth, g.outputWidth)) {
    gatherAny(g, image, dOutput, dWeights, 0, lines, from, to);
    return;
  }
  const first = firstWhole(g.padTop, g.strideHeight, lines);
  const end = endWhole(first, g.height, g.padTop, g.strideHeight, g.dilationHeight, lines);
  gatherAny(g, image, dOutput, dWeights, 0, first, from, to);
  gather3x3(g, image, dOutput, dWeights, first, end, from, groups);
  if (groups < to) gatherAny(g, image, dOutput, dWeights, first, end, groups, to);
  gatherAny(g, image, dOutput, dWeights, end, lines, from, to);
}
