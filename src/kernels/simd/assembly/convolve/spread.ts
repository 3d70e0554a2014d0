/**
 * The gradient of a convolution's image, to which its padding belongs. Each product of the gradient of an output with a tap is added
 * to the pixel under it as a whole, and those of the first outputs come first: as if columns of all products were added back.
 */

import { pack, PANEL_COLUMN, panel } from '../gemm';
import { Geometry, pixelBytesOf, zeroFloats } from '../geometry';
import { isSparse } from './nonzeros';
import { isThreeLines, spreadSparse } from './sparse-image';

@inline
function addTo(c: usize, sums: v128): void {
  v128.store(c, f32x4.add(v128.load(c), sums));
}

// c[rows, …] += the products of the first rows in the panel; rows of c lie `cRow` bytes apart.

/** Eight columns. */
function add8(b: usize, bRow: usize, c: usize, cRow: usize, rows: i32, k: i32): void {
  let a = panel;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (const end = b + <usize>k * bRow; b != end; a += PANEL_COLUMN, b += bRow) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
  }
  addTo(c, s00);
  addTo(c + 16, s01);
  if (rows == 1) return;
  c += cRow;
  addTo(c, s10);
  addTo(c + 16, s11);
  if (rows == 2) return;
  c += cRow;
  addTo(c, s20);
  addTo(c + 16, s21);
  if (rows == 3) return;
  c += cRow;
  addTo(c, s30);
  addTo(c + 16, s31);
}

/** Four columns. */
function add4(b: usize, bRow: usize, c: usize, cRow: usize, rows: i32, k: i32): void {
  let a = panel;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (const end = b + <usize>k * bRow; b != end; a += PANEL_COLUMN, b += bRow) {
    const row = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a), row));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a, 4), row));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a, 8), row));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a, 12), row));
  }
  addTo(c, s0);
  if (rows > 1) addTo(c + cRow, s1);
  if (rows > 2) addTo(c + 2 * cRow, s2);
  if (rows > 3) addTo(c + 3 * cRow, s3);
}

@inline
function addElement(c: usize, sum: f32): void {
  store<f32>(c, load<f32>(c) + sum);
}

/** One column: a sum in each lane. */
function add1(b: usize, bRow: usize, c: usize, cRow: usize, rows: i32, k: i32): void {
  let a = panel;
  let sums = f32x4.splat(0);
  for (const end = b + <usize>k * bRow; b != end; a += PANEL_COLUMN, b += bRow) {
    sums = f32x4.add(sums, f32x4.mul(v128.load(a), v128.load32_splat(b)));
  }
  addElement(c, f32x4.extract_lane(sums, 0));
  if (rows > 1) addElement(c + cRow, f32x4.extract_lane(sums, 1));
  if (rows > 2) addElement(c + 2 * cRow, f32x4.extract_lane(sums, 2));
  if (rows > 3) addElement(c + 3 * cRow, f32x4.extract_lane(sums, 3));
}

@inline
function addProducts(b: usize, bRow: usize, c: usize, cRow: usize, rows: i32, n: i32, k: i32): void {
  let j = 0;
  for (; j + 8 <= n; j += 8, b += 32, c += 32) add8(b, bRow, c, cRow, rows, k);
  for (; j + 4 <= n; j += 4, b += 16, c += 16) add4(b, bRow, c, cRow, rows, k);
  for (; j < n; j++, b += 4, c += 4) add1(b, bRow, c, cRow, rows, k);
}

/** So many eighths of a gradient are better multiplied with all the rest of it, and where lines are no even blocks. */
const DENSE_FROM: i32 = 5;
const UNEVEN_DENSE_FROM: i32 = 4;

/** `transposed` is the kernel as [n, taps · channels]. */
export function convolveBackwardImage(g: Geometry, dOutput: usize, transposed: usize, n: i32, dImage: usize): void {
  const denseFrom = isThreeLines(g) ? DENSE_FROM : UNEVEN_DENSE_FROM;
  if (isSparse(dOutput, g.outputHeight * g.outputWidth, n, denseFrom)) {
    spreadSparse(g, dOutput, transposed, n, dImage);
    return;
  }
  const width = g.width;
  const channels = g.channels;
  const kernelWidth = g.kernelWidth;
  const outputWidth = g.outputWidth;
  const pixelBytes = pixelBytesOf(g);
  const step = <usize>g.dilationWidth * pixelBytes;
  const cRow = <usize>g.strideWidth * pixelBytes;
  const bRow = <usize>(g.kernelHeight * kernelWidth) * pixelBytes;
  zeroFloats(dImage, g.height * width * channels);
  for (let oy = 0; oy < g.outputHeight; oy++) {
    for (let ox = 0; ox < outputWidth; ox += 4) {
      const rows = min(4, outputWidth - ox);
      // Where there are fewer than four, what lies behind them is packed too, and added to nothing.
      pack(dOutput, <usize>n << 2, 4, n, panel);
      for (let ky = 0; ky < g.kernelHeight; ky++) {
        const y = oy * g.strideHeight + ky * g.dilationHeight;
        const pixel = dImage + <usize>(y * width + ox * g.strideWidth) * pixelBytes;
        // A pixel sees the first output under its last tap.
        for (let kx = kernelWidth - 1; kx >= 0; kx--) {
          const b = transposed + <usize>(ky * kernelWidth + kx) * pixelBytes;
          addProducts(b, bRow, pixel + <usize>kx * step, cRow, rows, channels, n);
        }
      }
      dOutput += <usize>(rows * n) << 2;
    }
  }
}
