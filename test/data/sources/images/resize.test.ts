import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import type { Picture } from '../../../../src/data/sources/images/picture.ts';
import { resize } from '../../../../src/data/sources/images/resize.ts';

function pictureOf(width: number, height: number, data: readonly number[], channels: 1 | 3 = 1): Picture {
  return { width, height, channels, data: Uint8Array.from(data), white: 255 };
}

const size = (width: number, height: number, channels: 1 | 3 = 1) => ({ width, height, channels });

describe('resize', () => {
  it('leaves a picture of that size as it is', () => {
    const data = [0, 50, 100, 150, 200, 255];
    expect([...resize(pictureOf(3, 2, data), size(3, 2), 'crop')]).toEqual(data);
  });

  it('is the mean of whole pixels, and of parts of them', () => {
    expect([...resize(pictureOf(4, 2, [0, 2, 4, 6, 8, 10, 12, 14]), size(2, 1), 'crop')]).toEqual([5, 9]);
    expect([...resize(pictureOf(3, 3, [0, 30, 90, 0, 30, 90, 0, 30, 90]), size(2, 2), 'crop')]).toEqual([
      10, 70, 10, 70,
    ]);
  });

  it('repeats pixels where there are fewer', () => {
    expect([...resize(pictureOf(2, 1, [10, 20]), size(4, 1), 'stretch')]).toEqual([10, 10, 20, 20]);
  });

  it('crops to the middle, or stretches all', () => {
    const wide = pictureOf(4, 2, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...resize(wide, size(2, 2), 'crop')]).toEqual([2, 3, 6, 7]);
    expect([...resize(wide, size(2, 2), 'stretch')]).toEqual([1.5, 3.5, 5.5, 7.5]);
    const tall = pictureOf(1, 4, [1, 2, 3, 4]);
    expect([...resize(tall, size(1, 1), 'crop')]).toEqual([2.5]);
    expect([...resize(pictureOf(3, 2, [1, 2, 3, 4, 5, 6]), size(1, 1), 'crop')]).toEqual([3.5]);
  });

  it('makes grey by the luma of BT.601, exactly of grey, and of grey three equal channels', () => {
    const pixels = pictureOf(2, 1, [255, 0, 0, 77, 77, 77], 3);
    expect([...resize(pixels, size(2, 1), 'crop')]).toEqual([76.245, 77]);
    expect([...resize(pictureOf(1, 1, [9]), size(1, 1, 3), 'crop')]).toEqual([9, 9, 9]);
  });

  it('brings 16 bits to 0 … 255, the values between too', () => {
    const picture: Picture = {
      width: 3,
      height: 1,
      channels: 1,
      data: Uint16Array.of(0, 65535, 257 * 7 + 1),
      white: 65535,
    };
    expect([...resize(picture, size(3, 1), 'crop')]).toEqual([0, 255, 7 + 1 / 257]);
  });

  it('agrees with the mean over a grid of points, for odd sizes', () => {
    const random = createRandom(3, 'pictures');
    const picture = pictureOf(
      7,
      5,
      Array.from({ length: 105 }, () => random.below(256)),
      3,
    );
    const resized = resize(picture, size(4, 3, 3), 'stretch');
    // Every output covers 7 × 5 cells of a grid that is 4 × 3 times as fine as the picture.
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 4; x++) {
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0;
          for (let v = 0; v < 5; v++) {
            for (let u = 0; u < 7; u++) {
              const [column, row] = [Math.floor((x * 7 + u) / 4), Math.floor((y * 5 + v) / 3)];
              sum += picture.data[(row * 7 + column) * 3 + channel];
            }
          }
          expect(resized[(y * 4 + x) * 3 + channel]).toBeCloseTo(sum / 35, 9);
        }
      }
    }
  });

  it('stays within 0 … 255 and keeps what is even, whatever the sizes', () => {
    const random = createRandom(4, 'pictures');
    for (let round = 0; round < 200; round++) {
      const [width, height] = [1 + random.below(40), 1 + random.below(40)];
      const picture = pictureOf(width, height, new Array(width * height).fill(200));
      const fit = random.below(2) === 0 ? 'crop' : 'stretch';
      for (const value of resize(picture, size(1 + random.below(30), 1 + random.below(30)), fit)) {
        if (Math.abs(value - 200) > 1e-9) throw new Error(`${value} of ${width} × ${height}`);
      }
    }
  });
});
