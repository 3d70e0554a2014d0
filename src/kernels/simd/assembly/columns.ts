/** What lies under a window, tap after tap: a row of the matrix that a convolution multiplies by its weights. */

import { endInside, firstInside, Sliding } from './sliding';

/** int8 less the zero point to int16, or int16 and float32 as they are. */
@inline
function copyRun<From, To>(from: usize, to: usize, count: i32, zeroPoint: i32): void {
  let i = 0;
  if (isFloat<From>()) {
    for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, v128.load(from));
  } else if (sizeof<From>() == 2) {
    for (; i + 8 <= count; i += 8, from += 16, to += 16) v128.store(to, v128.load(from));
  } else {
    const zero = i16x8.splat(<i16>zeroPoint);
    for (; i + 8 <= count; i += 8, from += 8, to += 16) v128.store(to, i16x8.sub(v128.load_ext<i8>(from), zero));
  }
  for (; i < count; i++, from += sizeof<From>(), to += sizeof<To>()) store<To>(to, <To>(load<From>(from) - <From>zeroPoint));
}

/** The window of output pixels `first` to `end` (in row-major order, over all batches), `columnBytes` apart. */
@inline
export function fillColumns<From, To>(s: Sliding, input: usize, first: i32, end: i32, to: usize, columnBytes: usize, zeroPoint: i32): void {
  const pixelBytes = <usize>s.depth * sizeof<From>();
  const tapBytes = <usize>s.depth * sizeof<To>();
  const rowRuns = s.dilationWidth == 1;
  let x = first % s.outputWidth;
  let y = (first / s.outputWidth) % s.outputHeight;
  let batch = first / s.outputWidth / s.outputHeight;
  for (let pixel = first; pixel < end; pixel++, to += columnBytes) {
    const top = y * s.strideHeight - s.padTop;
    const left = x * s.strideWidth - s.padLeft;
    const firstY = firstInside(top, s.dilationHeight);
    const endY = endInside(top, s.dilationHeight, s.inputHeight, s.filterHeight);
    const firstX = firstInside(left, s.dilationWidth);
    const endX = endInside(left, s.dilationWidth, s.inputWidth, s.filterWidth);
    const inside = firstY == 0 && firstX == 0 && endY == s.filterHeight && endX == s.filterWidth;
    if (!inside) memory.fill(to, 0, columnBytes);
    for (let filterY = firstY; filterY < endY; filterY++) {
      const row = (batch * s.inputHeight + top + filterY * s.dilationHeight) * s.inputWidth + left + firstX * s.dilationWidth;
      let from = input + <usize>row * pixelBytes;
      let at = to + <usize>(filterY * s.filterWidth + firstX) * tapBytes;
      if (rowRuns) {
        copyRun<From, To>(from, at, (endX - firstX) * s.depth, zeroPoint);
        continue;
      }
      for (let filterX = firstX; filterX < endX; filterX++, from += <usize>s.dilationWidth * pixelBytes, at += tapBytes) {
        copyRun<From, To>(from, at, s.depth, zeroPoint);
      }
    }
    if (++x < s.outputWidth) continue;
    x = 0;
    if (++y < s.outputHeight) continue;
    y = 0;
    batch++;
  }
}
