/** What lies under a window, tap after tap: a row of the matrix that a convolution multiplies by its weights. */

import { endInside, firstInside, Sliding } from './sliding';

@inline
function copyRun<T>(from: usize, to: usize, count: i32): void {
  const lanes = 16 / <i32>sizeof<T>();
  let i = 0;
  for (; i + lanes <= count; i += lanes, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; i < count; i++, from += sizeof<T>(), to += sizeof<T>()) store<T>(to, load<T>(from));
}

/** The window of output pixels `first` to `end` (in row-major order, over all batches), `columnBytes` apart. */
@inline
export function fillColumns<T>(s: Sliding, input: usize, first: i32, end: i32, to: usize, columnBytes: usize): void {
  const pixelBytes = <usize>s.depth * sizeof<T>();
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
      let at = to + <usize>(filterY * s.filterWidth + firstX) * pixelBytes;
      if (rowRuns) {
        copyRun<T>(from, at, (endX - firstX) * s.depth);
        continue;
      }
      for (let filterX = firstX; filterX < endX; filterX++, from += <usize>s.dilationWidth * pixelBytes, at += pixelBytes) {
        copyRun<T>(from, at, s.depth);
      }
    }
    if (++x < s.outputWidth) continue;
    x = 0;
    if (++y < s.outputHeight) continue;
    y = 0;
    batch++;
  }
}
