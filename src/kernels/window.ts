/** Windows that slide over images [batch, height, width, depth], as convolutions and pooling see them. */

export interface Window {
  readonly batches: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Rows above the image, and columns left of it, that the first window covers. */
  readonly padTop: number;
  readonly padLeft: number;
}

/** What is done at each output pixel. Pixels and taps are counted in row-major order. */
export interface PixelWork {
  begin(): void;
  /** A tap of the filter lies upon an input pixel; those outside the image are left out. */
  tap(inputPixel: number, tap: number): void;
  end(outputPixel: number): void;
}

/** The first tap that does not lie before the image. */
function firstInside(start: number, dilation: number): number {
  return start < 0 ? Math.ceil(-start / dilation) : 0;
}

/** One more than the last tap that does not lie behind the image. */
function endInside(start: number, dilation: number, image: number, filter: number): number {
  return Math.min(filter, Math.ceil((image - start) / dilation));
}

/** Every output pixel with the taps of the window that produces it. */
export function slide(window: Window, work: PixelWork): void {
  const { inputHeight, inputWidth, filterHeight, filterWidth, dilationHeight, dilationWidth } = window;
  let outputPixel = 0;
  for (let batch = 0; batch < window.batches; batch++) {
    for (let outputY = 0; outputY < window.outputHeight; outputY++) {
      const top = outputY * window.strideHeight - window.padTop;
      const firstY = firstInside(top, dilationHeight);
      const endY = endInside(top, dilationHeight, inputHeight, filterHeight);
      for (let outputX = 0; outputX < window.outputWidth; outputX++) {
        const left = outputX * window.strideWidth - window.padLeft;
        const firstX = firstInside(left, dilationWidth);
        const endX = endInside(left, dilationWidth, inputWidth, filterWidth);
        work.begin();
        for (let filterY = firstY; filterY < endY; filterY++) {
          const row = (batch * inputHeight + top + filterY * dilationHeight) * inputWidth + left;
          const taps = filterY * filterWidth;
          for (let filterX = firstX; filterX < endX; filterX++) {
            work.tap(row + filterX * dilationWidth, taps + filterX);
          }
        }
        work.end(outputPixel++);
      }
    }
  }
}

/**
 * The transpose: every output pixel with the input pixels whose window covers it. The window slides over the output, in
 * whose frame `padTop` and `padLeft` are; it is not dilated.
 */
export function slideTransposed(window: Window, work: PixelWork): void {
  const { inputHeight, inputWidth, filterHeight, filterWidth, strideHeight, strideWidth } = window;
  let outputPixel = 0;
  for (let batch = 0; batch < window.batches; batch++) {
    for (let outputY = 0; outputY < window.outputHeight; outputY++) {
      const bottom = outputY + window.padTop;
      const firstY = Math.max(0, Math.ceil((bottom - filterHeight + 1) / strideHeight));
      const lastY = Math.min(inputHeight - 1, Math.floor(bottom / strideHeight));
      for (let outputX = 0; outputX < window.outputWidth; outputX++) {
        const right = outputX + window.padLeft;
        const firstX = Math.max(0, Math.ceil((right - filterWidth + 1) / strideWidth));
        const lastX = Math.min(inputWidth - 1, Math.floor(right / strideWidth));
        work.begin();
        for (let y = firstY; y <= lastY; y++) {
          const row = (batch * inputHeight + y) * inputWidth;
          const taps = (bottom - y * strideHeight) * filterWidth + right;
          for (let x = firstX; x <= lastX; x++) work.tap(row + x, taps - x * strideWidth);
        }
        work.end(outputPixel++);
      }
    }
  }
}
