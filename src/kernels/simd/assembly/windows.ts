/** Windows that slide over images [height, width, channels]: columns of a convolution, pooling. */

import { Geometry, pixelBytesOf, zeroFloats } from './geometry';

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

/** One walk for both ways: over every row of taps of every window, in the order of the columns. */
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
  const rowCount = kernelWidth * channels;
  const rowBytes = <usize>rowCount << 2;
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * g.strideHeight - g.padTop;
    for (let ox = 0; ox < outputWidth; ox++) {
      const left = ox * strideWidth - padLeft;
      const whole = dilationWidth == 1 && left >= 0 && left + kernelWidth <= width;
      for (let ky = 0; ky < kernelHeight; ky++, columns += rowBytes) {
        const y = top + ky * dilationHeight;
        if (y < 0 || y >= height) {
          if (!back) zeroFloats(columns, rowCount);
          continue;
        }
        const line = image + <usize>(y * width) * pixelBytes;
        if (whole) {
          const pixels = line + <usize>left * pixelBytes;
          if (back) addFloats(columns, pixels, rowCount);
          else copyFloats(pixels, columns, rowCount);
          continue;
        }
        let tap = columns;
        for (let kx = 0; kx < kernelWidth; kx++, tap += pixelBytes) {
          const x = left + kx * dilationWidth;
          const pixel = line + <usize>x * pixelBytes;
          if (x < 0 || x >= width) {
            if (!back) zeroFloats(tap, channels);
          } else if (back) addFloats(tap, pixel, channels);
          else copyFloats(pixel, tap, channels);
        }
      }
    }
  }
}

export function imageToColumns(g: Geometry, image: usize, columns: usize): void {
  walkColumns(false, g, image, columns);
}

export function columnsToImage(g: Geometry, columns: usize, image: usize): void {
  walkColumns(true, g, image, columns);
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
