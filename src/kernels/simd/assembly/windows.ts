/** Windows that slide over images [height, width, channels]: columns of a convolution, depthwise sums, pooling. */

// The fields of a geometry, int32 one after another.
@inline
const HEIGHT: usize = 0;
@inline
const WIDTH: usize = 4;
@inline
const CHANNELS: usize = 8;
@inline
const KERNEL_HEIGHT: usize = 12;
@inline
const KERNEL_WIDTH: usize = 16;
@inline
const STRIDE_HEIGHT: usize = 20;
@inline
const STRIDE_WIDTH: usize = 24;
@inline
const DILATION_HEIGHT: usize = 28;
@inline
const DILATION_WIDTH: usize = 32;
@inline
const PAD_TOP: usize = 36;
@inline
const PAD_LEFT: usize = 40;
@inline
const OUTPUT_HEIGHT: usize = 44;
@inline
const OUTPUT_WIDTH: usize = 48;

@inline
function copyFloats(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(from));
}

@inline
function zeroFloats(to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16) v128.store(to, f32x4.splat(0));
  for (; i < count; i++, to += 4) store<f32>(to, 0);
}

@inline
function addFloats(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** One walk for both ways: over every row of taps of every window, in the order of the columns. */
@inline
function walkColumns(back: bool, geometry: usize, image: usize, columns: usize): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const kernelHeight = load<i32>(geometry, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(geometry, KERNEL_WIDTH);
  const strideWidth = load<i32>(geometry, STRIDE_WIDTH);
  const dilationHeight = load<i32>(geometry, DILATION_HEIGHT);
  const dilationWidth = load<i32>(geometry, DILATION_WIDTH);
  const padLeft = load<i32>(geometry, PAD_LEFT);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  const pixelBytes = <usize>channels << 2;
  const rowCount = kernelWidth * channels;
  const rowBytes = <usize>rowCount << 2;
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * load<i32>(geometry, STRIDE_HEIGHT) - load<i32>(geometry, PAD_TOP);
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

export function imageToColumns(geometry: usize, image: usize, columns: usize): void {
  walkColumns(false, geometry, image, columns);
}

export function columnsToImage(geometry: usize, columns: usize, image: usize): void {
  walkColumns(true, geometry, image, columns);
}

/** output[c · multiplier + m] += image[c] · weights[c, m] of one tap. */
@inline
function multiplyTap(image: usize, weights: usize, output: usize, channels: i32, multiplier: i32): void {
  let c = 0;
  if (multiplier == 1) {
    for (; c + 4 <= channels; c += 4, image += 16, weights += 16, output += 16) {
      v128.store(output, f32x4.add(v128.load(output), f32x4.mul(v128.load(image), v128.load(weights))));
    }
  }
  for (; c < channels; c++, image += 4) {
    const x = load<f32>(image);
    for (let m = 0; m < multiplier; m++, weights += 4, output += 4) {
      store<f32>(output, load<f32>(output) + x * load<f32>(weights));
    }
  }
}

/** dImage[c] += Σ over m of dOutput[c · multiplier + m] · weights[c, m]. */
@inline
function multiplyTapBack(dOutput: usize, weights: usize, dImage: usize, channels: i32, multiplier: i32): void {
  if (multiplier == 1) {
    multiplyTap(dOutput, weights, dImage, channels, 1);
    return;
  }
  for (let c = 0; c < channels; c++, dImage += 4) {
    let sum = load<f32>(dImage);
    for (let m = 0; m < multiplier; m++, weights += 4, dOutput += 4) sum += load<f32>(dOutput) * load<f32>(weights);
    store<f32>(dImage, sum);
  }
}

const FORWARD = 0;
const BACKWARD_IMAGE = 1;

/** One walk for the three: over every output pixel and every tap that lies in the image. */
@inline
function walkDepthwise(mode: i32, geometry: usize, multiplier: i32, image: usize, weights: usize, output: usize): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const kernelHeight = load<i32>(geometry, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(geometry, KERNEL_WIDTH);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  const pixelBytes = <usize>channels << 2;
  const outputChannels = channels * multiplier;
  const outputBytes = <usize>outputChannels << 2;
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * load<i32>(geometry, STRIDE_HEIGHT) - load<i32>(geometry, PAD_TOP);
    for (let ox = 0; ox < outputWidth; ox++, output += outputBytes) {
      const left = ox * load<i32>(geometry, STRIDE_WIDTH) - load<i32>(geometry, PAD_LEFT);
      if (mode == FORWARD) zeroFloats(output, outputChannels);
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = top + ky * load<i32>(geometry, DILATION_HEIGHT);
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const x = left + kx * load<i32>(geometry, DILATION_WIDTH);
          if (x < 0 || x >= width) continue;
          const pixel = image + <usize>(y * width + x) * pixelBytes;
          const tap = weights + <usize>(ky * kernelWidth + kx) * outputBytes;
          if (mode == FORWARD) multiplyTap(pixel, tap, output, channels, multiplier);
          else if (mode == BACKWARD_IMAGE) multiplyTapBack(output, tap, pixel, channels, multiplier);
          else multiplyTapWeights(pixel, output, tap, channels, multiplier);
        }
      }
    }
  }
}

/** dWeights[c, m] += image[c] · dOutput[c · multiplier + m]. */
@inline
function multiplyTapWeights(image: usize, dOutput: usize, dWeights: usize, channels: i32, multiplier: i32): void {
  multiplyTap(image, dOutput, dWeights, channels, multiplier);
}

export function depthwise(geometry: usize, multiplier: i32, image: usize, weights: usize, output: usize): void {
  walkDepthwise(FORWARD, geometry, multiplier, image, weights, output);
}

export function depthwiseBackwardImage(geometry: usize, multiplier: i32, dOutput: usize, weights: usize, dImage: usize): void {
  walkDepthwise(BACKWARD_IMAGE, geometry, multiplier, dImage, weights, dOutput);
}

export function depthwiseBackwardWeights(geometry: usize, multiplier: i32, image: usize, dOutput: usize, dWeights: usize): void {
  walkDepthwise(2, geometry, multiplier, image, dWeights, dOutput);
}

export function maxPool(geometry: usize, image: usize, output: usize, indices: usize): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const outputHeight = load<i32>(geometry, OUTPUT_HEIGHT);
  const outputWidth = load<i32>(geometry, OUTPUT_WIDTH);
  for (let oy = 0; oy < outputHeight; oy++) {
    const top = oy * load<i32>(geometry, STRIDE_HEIGHT) - load<i32>(geometry, PAD_TOP);
    const yEnd = min(top + load<i32>(geometry, KERNEL_HEIGHT), height);
    for (let ox = 0; ox < outputWidth; ox++) {
      const left = ox * load<i32>(geometry, STRIDE_WIDTH) - load<i32>(geometry, PAD_LEFT);
      const xEnd = min(left + load<i32>(geometry, KERNEL_WIDTH), width);
      const yStart = max(top, 0);
      const xStart = max(left, 0);
      const first = (yStart * width + xStart) * channels;
      let c = 0;
      for (; c + 4 <= channels; c += 4, output += 16, indices += 16) {
        const start = first + c;
        let best = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
        let most = v128.load(image + (<usize>start << 2));
        for (let y = yStart; y < yEnd; y++) {
          let at = (y * width + xStart) * channels + c;
          for (let x = xStart; x < xEnd; x++, at += channels) {
            const value = v128.load(image + (<usize>at << 2));
            const larger = f32x4.gt(value, most);
            most = v128.bitselect(value, most, larger);
            best = v128.bitselect(i32x4.add(i32x4.splat(at), i32x4(0, 1, 2, 3)), best, larger);
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
function walkAverage(back: bool, geometry: usize, image: usize, output: usize): void {
  const height = load<i32>(geometry, HEIGHT);
  const width = load<i32>(geometry, WIDTH);
  const channels = load<i32>(geometry, CHANNELS);
  const pixelBytes = <usize>channels << 2;
  for (let oy = 0; oy < load<i32>(geometry, OUTPUT_HEIGHT); oy++) {
    const top = oy * load<i32>(geometry, STRIDE_HEIGHT) - load<i32>(geometry, PAD_TOP);
    const yStart = max(top, 0);
    const yEnd = min(top + load<i32>(geometry, KERNEL_HEIGHT), height);
    for (let ox = 0; ox < load<i32>(geometry, OUTPUT_WIDTH); ox++, output += pixelBytes) {
      const left = ox * load<i32>(geometry, STRIDE_WIDTH) - load<i32>(geometry, PAD_LEFT);
      const xStart = max(left, 0);
      const xEnd = min(left + load<i32>(geometry, KERNEL_WIDTH), width);
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
  for (let i = 0; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from) / divisor);
}

@inline
function divideFloats(x: usize, divisor: f32, count: i32): void {
  for (let i = 0; i < count; i++, x += 4) store<f32>(x, load<f32>(x) / divisor);
}

export function averagePool(geometry: usize, image: usize, output: usize): void {
  walkAverage(false, geometry, image, output);
}

export function averagePoolBackward(geometry: usize, dOutput: usize, dImage: usize): void {
  walkAverage(true, geometry, dImage, dOutput);
}
