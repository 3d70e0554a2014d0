/** How an int8 product goes through its input: band by band, of which each lies in scratch as int16 with zeros around it. */

import { alignUp } from '../../core/alignment.ts';
import type { ChannelRequantization } from '../int8/requantize.ts';
import type { Window } from '../window.ts';
import { int8Outputs } from './int8-channels.ts';
import { outputPixels } from './sliding-fields.ts';

/** As much of an image, and of sums, as stays close to the processor. */
const BAND_BYTES = 24576;
/** The sums of sixteen channels of a pixel. */
const SUMS_BYTES = 64;
/** No more is kept of one, zeros included, which dilated windows could want without end. */
const MOST_BAND_BYTES = 2 ** 24;
/** What fills a band writes so far beyond it. */
const OVERWRITE_BYTES = 32;
const INT16_BYTES = 2;

/** The band of an image of which `depth` channels lie side by side. */
export interface Band {
  /** Input columns that the windows of a row cover, in elements. */
  readonly rowBytes: number;
  readonly pixelBytes: number;
  readonly outputRows: number;
  readonly coveredRows: number;
  readonly coveredColumns: number;
  /** Where sums lie behind the image. */
  readonly sumsAt: number;
  readonly scratchBytes: number;
}

/** Undefined where one row of windows covers too much. `spareRows` are kept behind those that are covered. */
export function bandOf(window: Window, depth: number, spareRows = 0): Band | undefined {
  const coveredRows = (window.filterHeight - 1) * window.dilationHeight + 1;
  const coveredColumns =
    (window.outputWidth - 1) * window.strideWidth + (window.filterWidth - 1) * window.dilationWidth + 1;
  const pixelBytes = depth * INT16_BYTES;
  const rowBytes = coveredColumns * pixelBytes;
  const inputRows = (outputRows: number): number =>
    (outputRows - 1) * window.strideHeight + coveredRows + spareRows;
  const sumsOf = (outputRows: number): number => outputRows * window.outputWidth * SUMS_BYTES;
  const close = (BAND_BYTES - inputRows(1) * rowBytes) / (window.strideHeight * rowBytes + sumsOf(1));
  const bands = Math.ceil(window.outputHeight / Math.max(1, Math.floor(close) + 1));
  const outputRows = Math.ceil(window.outputHeight / bands);
  const sumsAt = alignUp(inputRows(outputRows) * rowBytes + OVERWRITE_BYTES);
  const scratchBytes = sumsAt + sumsOf(outputRows);
  if (scratchBytes > MOST_BAND_BYTES) return undefined;
  return { rowBytes, pixelBytes, outputRows, coveredRows, coveredColumns, sumsAt, scratchBytes };
}

/** How many offsets there are in a window, and pairs of elements at each. */
export interface Taps {
  readonly taps: number;
  readonly tapPairs: number;
}

/** `Int8Settings` of `assembly/int8/image.ts`. `depth` is that of the input. */
export function int8Settings(
  p: ChannelRequantization & { readonly inputZeroPoint: number },
  window: Window,
  depth: number,
  band: Band,
  { taps, tapPairs }: Taps,
): Int32Array {
  return Int32Array.of(
    ...int8Outputs(p),
    p.inputZeroPoint,
    window.batches,
    window.inputHeight,
    window.inputWidth,
    depth,
    window.outputHeight,
    window.outputWidth,
    window.strideHeight,
    window.padTop,
    window.padLeft,
    band.coveredRows,
    band.coveredColumns,
    band.outputRows,
    band.sumsAt,
    taps,
    tapPairs,
  );
}

/** Where the window of every pixel of a band begins in it, in bytes. */
export function pixelOffsets(window: Window, band: Band): Int32Array {
  const { strideHeight, strideWidth, outputWidth } = window;
  return Int32Array.from({ length: band.outputRows * outputWidth }, (_, pixel) => {
    const y = Math.floor(pixel / outputWidth);
    return y * strideHeight * band.rowBytes + (pixel - y * outputWidth) * strideWidth * band.pixelBytes;
  });
}

/** Where every tap lies in a window, in bytes from its beginning. */
export function tapOffsets(window: Window, band: Band): number[] {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth } = window;
  return Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const y = Math.floor(tap / filterWidth);
    return y * dilationHeight * band.rowBytes + (tap - y * filterWidth) * dilationWidth * band.pixelBytes;
  });
}

/** A window of one pixel upon each of so many, one below another, so that bands may end anywhere. */
export function pixelsInRows(pixels: number): Window {
  return {
    batches: 1,
    inputHeight: pixels,
    inputWidth: 1,
    outputHeight: pixels,
    outputWidth: 1,
    filterHeight: 1,
    filterWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 0,
    padLeft: 0,
  };
}

/** The same window, or what `pixelsInRows` makes of one that has a single pixel and leaves none out. */
export function simplestWindow(window: Window): Window {
  const { filterHeight, filterWidth, strideHeight, strideWidth } = window;
  const isPixel = filterHeight === 1 && filterWidth === 1 && strideHeight === 1 && strideWidth === 1;
  const isWhole = window.outputHeight === window.inputHeight && window.outputWidth === window.inputWidth;
  return isPixel && isWhole ? pixelsInRows(outputPixels(window)) : window;
}
