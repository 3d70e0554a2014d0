import type { Orientation, StoredPicture } from './picture.ts';
import { type Fit, type PictureSize, resize } from './resize.ts';

/** Where the pixel at x, y of an upright picture of this size is stored. Source: EXIF 2.3, tag 0x0112. */
const STORED_AT: Readonly<
  Record<Orientation, (x: number, y: number, size: PictureSize) => readonly [number, number]>
> = {
  1: (x, y) => [x, y],
  2: (x, y, { width }) => [width - 1 - x, y],
  3: (x, y, { width, height }) => [width - 1 - x, height - 1 - y],
  4: (x, y, { height }) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, { width }) => [y, width - 1 - x],
  7: (x, y, { width, height }) => [height - 1 - y, width - 1 - x],
  8: (x, y, { height }) => [height - 1 - y, x],
};

const isTurned = (orientation: Orientation): boolean => orientation >= 5;

/** Fits a picture lying down and turns what comes out, which is small. */
export function resizeUpright(picture: StoredPicture, size: PictureSize, fit: Fit): Float64Array {
  const { orientation } = picture;
  const { width, height, channels } = size;
  const lying = isTurned(orientation) ? { width: height, height: width, channels } : size;
  const stored = resize(picture, lying, fit);
  if (orientation === 1) return stored;
  const upright = new Float64Array(stored.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = STORED_AT[orientation](x, y, size);
      const from = (row * lying.width + column) * channels;
      upright.set(stored.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return upright;
}
