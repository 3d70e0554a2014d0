/** How far over its input an operator on images may write, pixel after pixel. */

import { slide, type Window } from '../../kernels/window.ts';

interface Reads {
  readonly first: number;
  readonly last: number;
}

/** The input pixels that each output pixel reads; none where its window lies outside of the image. */
function readsOf(window: Window): Reads[] {
  const reads: Reads[] = [];
  let [first, last] = [Infinity, -Infinity];
  slide(window, {
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

function firstReads(window: Window): number[] {
  return readsOf(window).map(({ first }) => first);
}

/** What lies in one pixel of the input and of the output, in bytes. */
export interface PixelBytes {
  readonly input: number;
  readonly output: number;
}

/**
 * The `before` of an operator that makes output pixels one after another: none is written over what a later one reads, nor
 * over what itself reads unless all of that is `gathered` before it is written. Negative where the output may begin behind
 * the input.
 */
export function bytesBefore(window: Window, bytes: PixelBytes, reads: 'gathered' | 'as it writes'): number {
  const firsts = firstReads(window);
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
  const firsts = firstReads(window);
  let least = Infinity;
  for (let pixel = firsts.length - 1; pixel >= 0; pixel--) {
    if (least <= pixel || firsts[pixel] < pixel) return false;
    least = Math.min(least, firsts[pixel]);
  }
  return true;
}
