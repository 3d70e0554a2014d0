/** How far over its input an operator on images may write, pixel after pixel. */

import { type PixelWork, slide, slideTransposed, type Window } from '../../kernels/window.ts';

type Slide = (window: Window, work: PixelWork) => void;

interface PixelReads {
  readonly first: number;
  readonly last: number;
}

/** The input pixels that each output pixel reads; none where its window lies outside of the image. */
function readsOf(window: Window, over: Slide = slide): PixelReads[] {
  const reads: PixelReads[] = [];
  let [first, last] = [Infinity, -Infinity];
  over(window, {
    begin() {
      [first, last] = [Infinity, -Infinity];
    },
    tap(pixel) {
      first = Math.min(first, pixel);
      last = Math.max(last, pixel);
    },
    end() {
      reads.push({ first, last });
    },
  });
  return reads;
}

/** What lies in one pixel of the input and of the output, in bytes. */
export interface PixelBytes {
  readonly input: number;
  readonly output: number;
}

/** Whether all that a pixel reads is there before any of it is written. */
type Reads = 'gathered' | 'as it writes';

/**
 * The `before` of an operator that makes output pixels one after another, of which each reads no input pixel before the one
 * in `firsts`: none is written over what a later one reads, nor over what itself reads unless all of that is `gathered`
 * before it is written. Negative where the output may begin behind the input.
 */
export function bytesBeforeReads(firsts: readonly number[], bytes: PixelBytes, reads: Reads): number {
  let least = Infinity;
  let before = -Infinity;
  for (let pixel = firsts.length - 1; pixel >= 0; pixel--) {
    if (reads === 'as it writes') least = Math.min(least, firsts[pixel]);
    if (least < Infinity) before = Math.max(before, (pixel + 1) * bytes.output - least * bytes.input);
    least = Math.min(least, firsts[pixel]);
  }
  // Where nothing is read twice the output still begins within the input.
  return before === -Infinity ? 0 : before;
}

function firstReads(window: Window, over: Slide): number[] {
  return readsOf(window, over).map(({ first }) => first);
}

/** Of windows that slide over the input. */
export function bytesBefore(window: Window, bytes: PixelBytes, reads: Reads): number {
  return bytesBeforeReads(firstReads(window, slide), bytes, reads);
}

/** Of windows that slide over the output. */
export function bytesBeforeTransposed(window: Window, bytes: PixelBytes, reads: Reads): number {
  return bytesBeforeReads(firstReads(window, slideTransposed), bytes, reads);
}

/**
 * The `behind` of an operator that makes output pixels from the last to the first, each while it reads what it is made of.
 */
export function bytesBehind(window: Window, bytes: PixelBytes): number {
  let most = -Infinity;
  let behind = 0;
  for (const [pixel, { last }] of readsOf(window).entries()) {
    most = Math.max(most, last);
    if (most >= 0) behind = Math.max(behind, (most + 1) * bytes.input - pixel * bytes.output);
  }
  return behind;
}

/**
 * Whether output pixels, written one after another in the input's place and each channel as soon as it is read, cover no
 * input pixel that is read later. Both have the same depth.
 */
export function pixelsMayLieInPlace(window: Window): boolean {
  const firsts = firstReads(window, slide);
  let least = Infinity;
  for (let pixel = firsts.length - 1; pixel >= 0; pixel--) {
    if (least <= pixel || firsts[pixel] < pixel) return false;
    least = Math.min(least, firsts[pixel]);
  }
  return true;
}
