/** Which operators on images may write over what they read. */

import { slide, type Window } from '../../kernels/window.ts';

/**
 * Whether output pixels, written one after another in the input's place, cover no input pixel that is read later. Both have
 * the same depth.
 */
export function pixelsMayLieInPlace(window: Window): boolean {
  const firstReads: number[] = [];
  let first = Infinity;
  slide(window, {
    begin() {
      first = Infinity;
    },
    tap(pixel) {
      first = Math.min(first, pixel);
    },
    end() {
      firstReads.push(first);
    },
  });
  let least = Infinity;
  for (let pixel = firstReads.length - 1; pixel >= 0; pixel--) {
    if (least <= pixel || firstReads[pixel] < pixel) return false;
    least = Math.min(least, firstReads[pixel]);
  }
  return true;
}
