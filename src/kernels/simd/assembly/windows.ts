/** Windows that slide over images [height, width, channels]: columns of a convolution, pooling. */

import { firstOf, Geometry, pixelBytesOf, zeroFloats } from './geometry';

@inline
function copyFloats(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(from));
}

@inline
function addFloats(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** `firstOf`, which divides only where taps lie apart. */
@inline
function firstTap(distance: i32, dilation: i32): i32 {
  return dilation == 1 ? max(0, distance) : firstOf(distance, dilation);
}

/** `lines` pieces of a window, to its taps or back to its pixels. */
@inline
function movePieces(back: bool, pixels: usize, lineStep: usize, taps: usize, tapLine: usize, lines: i32, count: i32): void {
  if (!back && count == 4) {
    for (let l = 0; l < lines; l++, pixels += lineStep, taps += tapLine) v128.store(taps, v128.load(pixels));
    return;
  }
  for (let l = 0; l < lines; l++, pixels += lineStep, taps += tapLine) {
    if (back) addFloats(taps, pixels, count);
    else copyFloats(pixels, taps, count);
  }
}

/** One walk for both ways: over every window, in the order of the columns. */
@inline
function walkColumns(back: bool, g: Geometry, image: usize, columns: usize): void {
  const height = g.height;
  const width = g.width;
  const channels = g.channels;
  const kernelHeight = g.kernelHeight;
  const kernelWidth = g.kernelWidth;
  const strideWidth = g.strideWidth;
  const dilationHeight = g.dilationHeight;
  const dilationWidth = g.dilationWidth;
  const padLeft = g.padLeft;
  const outputHeight = g.outputHeight;
  const outputWidth = g.outputWidth;
  const pixelBytes = pixelBytesOf(g);
  const lineStep = <usize>(dilationHeight * width) * pixelBytes;
  const tapLine = <usize>kernelWidth * pixelBytes;
  const pixelStep = <usize>dilationWidth * pixelBytes;
  const count = kernelHeight * kernelWidth * channels;
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * g.strideHeight - g.padTop;
    const kyFirst = min(kernelHeight, firstOf(-top, dilationHeight));
    const lines = max(0, min(kernelHeight, firstOf(height - top, dilationHeight)) - kyFirst);
    const line = image + <usize>((top + kyFirst * dilationHeight) * width) * pixelBytes;
    for (let ox = 0; ox < outputWidth; ox++, columns += <usize>count << 2) {
      const left = ox * strideWidth - padLeft;
      const kxFirst = min(kernelWidth, firstTap(-left, dilationWidth));
      const inside = max(0, min(kernelWidth, firstTap(width - left, dilationWidth)) - kxFirst);
      if (!back && inside * lines < kernelHeight * kernelWidth) zeroFloats(columns, count);
      let pixels = line + <usize>(left + kxFirst * dilationWidth) * pixelBytes;
      let taps = columns + <usize>kyFirst * tapLine + <usize>kxFirst * pixelBytes;
      if (dilationWidth == 1) {
        movePieces(back, pixels, lineStep, taps, tapLine, lines, inside * channels);
        continue;
      }
      for (let kx = 0; kx < inside; kx++, pixels += pixelStep, taps += pixelBytes) {
        movePieces(back, pixels, lineStep, taps, tapLine, lines, channels);
      }
    }
  }
}

/** Windows of one pixel, each beside the last one: lines of the image, in what surrounds it. */
@inline
function walkLines(back: bool, g: Geometry, image: usize, columns: usize): void {
  const width = g.width;
  const channels = g.channels;
  const outputWidth = g.outputWidth;
  const padLeft = g.padLeft;
  const first = min(outputWidth, max(0, padLeft));
  const inside = max(0, min(outputWidth, width + padLeft) - first) * channels;
  const before = first * channels;
  const all = outputWidth * channels;
  const lineBytes = <usize>(width * channels) << 2;
  image += <usize>((first - padLeft) * channels) << 2;
  for (let oy = 0; oy < g.outputHeight; oy++, columns += <usize>all << 2) {
    const y = oy - g.padTop;
    if (y < 0 || y >= g.height) {
      if (!back) zeroFloats(columns, all);
      continue;
    }
    const pixels = image + <usize>y * lineBytes;
    const taps = columns + (<usize>before << 2);
    if (back) {
      addFloats(taps, pixels, inside);
      continue;
    }
    zeroFloats(columns, before);
    copyFloats(pixels, taps, inside);
    zeroFloats(taps + (<usize>inside << 2), all - before - inside);
  }
}

@inline
function areLines(g: Geometry): bool {
  return g.kernelHeight * g.kernelWidth * g.strideHeight * g.strideWidth == 1;
}

export function imageToColumns(g: Geometry, image: usize, columns: usize): void {
  if (areLines(g)) walkLines(false, g, image, columns);
  else walkColumns(false, g, image, columns);
}

export function columnsToImage(g: Geometry, columns: usize, image: usize): void {
  if (areLines(g)) walkLines(true, g, image, columns);
  else walkColumns(true, g, image, columns);
}

/** Four channels of a pixel, and which elements of the image they are. */
@inline
function elementsAt(at: i32): v128 {
  return i32x4.add(i32x4.splat(at), i32x4(0, 1, 2, 3));
}

/** The largest of two by two pixels, of four channels each. */
@inline
function largestOfFour(image: usize, at: i32, channels: i32, line: i32, output: usize, indices: usize): void {
  const from = image + (<usize>at << 2);
  const right = <usize>channels << 2;
  const below = <usize>line << 2;
  let most = v128.load(from);
  let best = i32x4.splat(0);
  let value = v128.load(from + right);
  let larger = f32x4.gt(value, most);
  most = v128.bitselect(value, most, larger);
  best = v128.and(i32x4.splat(channels), larger);
  value = v128.load(from + below);
  larger = f32x4.gt(value, most);
  most = v128.bitselect(value, most, larger);
  best = v128.bitselect(i32x4.splat(line), best, larger);
  value = v128.load(from + below + right);
  larger = f32x4.gt(value, most);
  v128.store(output, v128.bitselect(value, most, larger));
  best = v128.bitselect(i32x4.splat(line + channels), best, larger);
  v128.store(indices, i32x4.add(elementsAt(at), best));
}

export function maxPool(g: Geometry, image: usize, output: usize, indices: usize): void {
  const height = g.height;
  const width = g.width;
  const channels = g.channels;
  const outputHeight = g.outputHeight;
  const outputWidth = g.outputWidth;
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * g.strideHeight - g.padTop;
    const yEnd = min(top + g.kernelHeight, height);
    for (let ox = 0; ox < outputWidth; ox++) {
      const left = ox * g.strideWidth - g.padLeft;
      const xEnd = min(left + g.kernelWidth, width);
      const yStart = max(top, 0);
      const xStart = max(left, 0);
      const first = (yStart * width + xStart) * channels;
      let c = 0;
      if (yEnd - yStart == 2 && xEnd - xStart == 2) {
        for (; c + 4 <= channels; c += 4, output += 16, indices += 16) largestOfFour(image, first + c, channels, width * channels, output, indices);
      }
      for (; c + 4 <= channels; c += 4, output += 16, indices += 16) {
        const start = first + c;
        let best = elementsAt(start);
        let most = v128.load(image + (<usize>start << 2));
        for (let y = yStart; y < yEnd; y++) {
          let at = (y * width + xStart) * channels + c;
          for (let x = xStart; x < xEnd; x++, at += channels) {
            const value = v128.load(image + (<usize>at << 2));
            const larger = f32x4.gt(value, most);
            most = v128.bitselect(value, most, larger);
            best = v128.bitselect(elementsAt(at), best, larger);
          }
        }
        v128.store(output, most);
        v128.store(indices, best);
      }
      for (; c < channels; c++, output += 4, indices += 4) {
        let best = first + c;
        let most = load<f32>(image + (<usize>best << 2));
        for (let y = yStart; y < yEnd; y++) {
          let at = (y * width + xStart) * channels + c;
          for (let x = xStart; x < xEnd; x++, at += channels) {
            const value = load<f32>(image + (<usize>at << 2));
            if (value > most) {
              most = value;
              best = at;
            }
          }
        }
        store<f32>(output, most);
        store<i32>(indices, best);
      }
    }
  }
}

export function scatterAdd(indices: usize, dOutput: usize, dImage: usize, count: i32): void {
  for (let i = 0; i < count; i++, indices += 4, dOutput += 4) {
    const at = dImage + (<usize>load<i32>(indices) << 2);
    store<f32>(at, load<f32>(at) + load<f32>(dOutput));
  }
}

/** One walk for both ways: `output` is the mean of each window, or the gradient that its elements share. */
@inline
function walkAverage(back: bool, g: Geometry, image: usize, output: usize): void {
  const height = g.height;
  const width = g.width;
  const channels = g.channels;
  const pixelBytes = pixelBytesOf(g);
  for (let oy = 0; oy < g.outputHeight; oy++) {
    const top = oy * g.strideHeight - g.padTop;
    const yStart = max(top, 0);
    const yEnd = min(top + g.kernelHeight, height);
    for (let ox = 0; ox < g.outputWidth; ox++, output += pixelBytes) {
      const left = ox * g.strideWidth - g.padLeft;
      const xStart = max(left, 0);
      const xEnd = min(left + g.kernelWidth, width);
      const count = <f32>((yEnd - yStart) * (xEnd - xStart));
      if (!back) zeroFloats(output, channels);
      for (let y = yStart; y < yEnd; y++) {
        for (let x = xStart; x < xEnd; x++) {
          const pixel = image + <usize>(y * width + x) * pixelBytes;
          if (back) addQuotients(output, count, pixel, channels);
          else addFloats(pixel, output, channels);
        }
      }
      if (!back) divideFloats(output, count, channels);
    }
  }
}

/** to[i] += from[i] / divisor */
@inline
function addQuotients(from: usize, divisor: f32, to: usize, count: i32): void {
  const divisors = f32x4.splat(divisor);
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.div(v128.load(from), divisors)));
  }
  for (; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from) / divisor);
}

@inline
function divideFloats(x: usize, divisor: f32, count: i32): void {
  const divisors = f32x4.splat(divisor);
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16) v128.store(x, f32x4.div(v128.load(x), divisors));
  for (; i < count; i++, x += 4) store<f32>(x, load<f32>(x) / divisor);
}

export function averagePool(g: Geometry, image: usize, output: usize): void {
  walkAverage(false, g, image, output);
}

export function averagePoolBackward(g: Geometry, dOutput: usize, dImage: usize): void {
  walkAverage(true, g, dImage, dOutput);
}
