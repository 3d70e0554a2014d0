import { deflateSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { listDataFiles } from '../../../../src/artifacts/data-files.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { imagesSource } from '../../../../src/data/sources/images.ts';
import { NO_SHARED, sharedPath } from '../../../shared.ts';
import { dataFile, refusal, STRICT } from '../files.ts';
import { mutated, readRows } from '../source-files.ts';
import { bmpOf, jpegOf, pngAround, pngOf, withChecksums } from './write-pictures.ts';

const RGB = 3;
const GREY = 1;

async function valuesOf(
  bytes: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
): Promise<readonly number[]> {
  const { rows } = await readRows(imagesSource, [dataFile('x', bytes)], {
    width,
    height,
    channels,
    fit: 'crop',
  });
  return rows.x[0];
}

describe('PNG', () => {
  it.each([
    [1, [0, 1, 1, 0, 1, 0, 0, 1, 1], 255],
    [2, [0, 1, 2, 3, 0, 1, 2, 3, 0], 85],
    [4, [0, 1, 2, 15, 0, 1, 2, 15, 7], 17],
    [8, [0, 1, 2, 255, 0, 1, 2, 255, 7], 1],
  ])('grey of %i bits', async (depth, samples, unit) => {
    const bytes = pngOf(samples, { width: 9, height: 1, depth });
    expect(await valuesOf(bytes, 9, 1, GREY)).toEqual(samples.map((sample) => sample * unit));
    const rows = pngOf(samples, { width: 3, height: 3, depth });
    expect(await valuesOf(rows, 3, 3, GREY)).toEqual(samples.map((sample) => sample * unit));
  });

  it('grey and colours of 16 bits', async () => {
    const bytes = pngOf([65535, 0, 257], { width: 1, height: 1, depth: 16, colourType: 2 });
    expect(await valuesOf(bytes, 1, 1, RGB)).toEqual([255, 0, 1]);
    expect(await valuesOf(pngOf([256], { width: 1, height: 1, depth: 16 }), 1, 1, GREY)).toEqual([256 / 257]);
  });

  it.each([1, 2, 4, 8])('a palette of %i bits', async (depth) => {
    const palette = [10, 20, 30, 40, 50, 60];
    const bytes = pngOf([1, 0, 1], { width: 3, height: 1, depth, colourType: 3, palette });
    expect(await valuesOf(bytes, 3, 1, RGB)).toEqual([40, 50, 60, 10, 20, 30, 40, 50, 60]);
  });

  it('what is transparent lies over black: by an alpha, in a palette, or as one colour', async () => {
    const alpha = pngOf([200, 100, 50, 255, 200, 100, 50, 51, 9, 9, 9, 0], {
      width: 3,
      height: 1,
      colourType: 6,
    });
    expect(await valuesOf(alpha, 3, 1, RGB)).toEqual([200, 100, 50, 40, 20, 10, 0, 0, 0]);
    const grey = pngOf([65535, 65535, 65535, 257 * 51], { width: 2, height: 1, depth: 16, colourType: 4 });
    expect(await valuesOf(grey, 2, 1, GREY)).toEqual([255, 51]);
    const palette = pngOf([0, 1], {
      width: 2,
      height: 1,
      depth: 1,
      colourType: 3,
      palette: [255, 255, 255, 7, 7, 7],
      transparency: [51],
    });
    expect(await valuesOf(palette, 2, 1, GREY)).toEqual([51, 7]);
    const key = pngOf([1, 2, 3, 1, 2, 4, 2, 2, 3], {
      width: 3,
      height: 1,
      colourType: 2,
      transparency: [0, 1, 0, 2, 0, 3],
    });
    expect(await valuesOf(key, 3, 1, RGB)).toEqual([0, 0, 0, 1, 2, 4, 2, 2, 3]);
  });

  it('interlaced and filtered rows, as fast-png writes them', async () => {
    const data = Uint8Array.from({ length: 9 * 7 * 3 }, (_, i) => (i * 37) % 256);
    for (const interlace of ['null', 'Adam7'] as const) {
      const bytes = encodePng({ width: 9, height: 7, data, channels: 3 }, { interlace });
      expect(await valuesOf(bytes, 9, 7, RGB)).toEqual([...data]);
    }
  });

  it('does not look at what it does not need', async () => {
    const before = [
      ['iCCP', Uint8Array.from(Buffer.from('bad profile'))],
      ['tEXt', new Uint8Array(3)],
    ] as const;
    expect(await valuesOf(pngOf([7], { width: 1, height: 1, before }), 1, 1, GREY)).toEqual([7]);
  });
});

describe('BMP', () => {
  it('8 bits with a palette of greys or colours', async () => {
    const palette = [0, 0, 0, 0, 128, 128, 128, 0, 10, 20, 30, 0];
    expect(
      await valuesOf(
        bmpOf(
          [
            [0, 1, 1],
            [1, 0, 0],
          ],
          { width: 3, height: 2, bits: 8, palette: palette.slice(0, 8) },
        ),
        3,
        2,
        GREY,
      ),
    ).toEqual([0, 128, 128, 128, 0, 0]);
    expect(await valuesOf(bmpOf([[2, 1]], { width: 2, height: 1, bits: 8, palette }), 2, 1, RGB)).toEqual([
      30, 20, 10, 128, 128, 128,
    ]);
  });

  it('1 and 4 bits', async () => {
    const palette = [5, 5, 5, 0, 250, 250, 250, 0];
    expect(
      await valuesOf(
        bmpOf([[0b10100000], [0b01000000]], { width: 3, height: 2, bits: 1, palette }),
        3,
        2,
        GREY,
      ),
    ).toEqual([250, 5, 250, 5, 250, 5]);
    expect(
      await valuesOf(bmpOf([[0x10, 0x10]], { width: 3, height: 1, bits: 4, palette }), 3, 1, GREY),
    ).toEqual([250, 5, 250]);
  });

  it('16, 24 and 32 bits, with masks and without, from the top and from the bottom', async () => {
    const rows = [
      [3, 2, 1, 6, 5, 4],
      [9, 8, 7, 12, 11, 10],
    ];
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    for (const topDown of [true, false]) {
      expect(await valuesOf(bmpOf(rows, { width: 2, height: 2, bits: 24, topDown }), 2, 2, RGB)).toEqual(
        expected,
      );
    }
    expect(await valuesOf(bmpOf([[3, 2, 1, 99]], { width: 1, height: 1, bits: 32 }), 1, 1, RGB)).toEqual([
      1, 2, 3,
    ]);
    const masks = [0xff000000, 0xff0000, 0xff00];
    expect(
      await valuesOf(bmpOf([[99, 3, 2, 1]], { width: 1, height: 1, bits: 32, masks }), 1, 1, RGB),
    ).toEqual([1, 2, 3]);
    expect(
      await valuesOf(bmpOf([[0xff, 0x7f, 0x1f, 0]], { width: 2, height: 1, bits: 16 }), 2, 1, RGB),
    ).toEqual([255, 255, 255, 0, 0, 255]);
    expect(
      await valuesOf(
        bmpOf([[0xe0, 0x07]], { width: 1, height: 1, bits: 16, masks: [0xf800, 0x7e0, 0x1f] }),
        1,
        1,
        RGB,
      ),
    ).toEqual([0, 255, 0]);
  });
});

describe('JPEG', () => {
  // Four flat blocks, so that nothing is lost but a rounding: white, red, green, blue.
  const [WHITE, RED, GREEN, BLUE] = [
    [255, 255, 255],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ];
  const blocks = (width: number, height: number, colours: readonly (readonly number[])[]) =>
    Array.from(
      { length: width * height },
      (_, i) => colours[Math.floor(i / width / 8) * (width / 8) + Math.floor((i % width) / 8)],
    ).flat();
  const stored = blocks(16, 16, [WHITE, RED, GREEN, BLUE]);

  const close = (values: readonly number[], expected: readonly (readonly number[])[]) =>
    expect(values.map((value) => Math.round(value / 32))).toEqual(
      expected.flat().map((value) => Math.round(value / 32)),
    );

  it('colours', async () =>
    close(await valuesOf(jpegOf(stored, 16, 16), 2, 2, RGB), [WHITE, RED, GREEN, BLUE]));

  it.each([
    [1, [WHITE, RED, GREEN, BLUE]],
    [2, [RED, WHITE, BLUE, GREEN]],
    [3, [BLUE, GREEN, RED, WHITE]],
    [4, [GREEN, BLUE, WHITE, RED]],
    [5, [WHITE, GREEN, RED, BLUE]],
    [6, [GREEN, WHITE, BLUE, RED]],
    [7, [BLUE, RED, GREEN, WHITE]],
    [8, [RED, BLUE, WHITE, GREEN]],
    [9, [WHITE, RED, GREEN, BLUE]],
  ])('EXIF orientation %i', async (value, expected) => {
    for (const littleEndian of [true, false]) {
      close(await valuesOf(jpegOf(stored, 16, 16, { value, littleEndian }), 2, 2, RGB), expected);
    }
  });

  it('one that lies on its side is fitted upright', async () => {
    const wide = jpegOf(blocks(24, 8, [RED, GREEN, BLUE]), 24, 8, { value: 6, littleEndian: true });
    const file = dataFile('x.jpg', wide);
    expect(await imagesSource.sniff([file], STRICT)).toEqual({
      width: 8,
      height: 24,
      channels: 3,
      fit: 'crop',
    });
    close(await valuesOf(wide, 1, 3, RGB), [RED, GREEN, BLUE]);
    close(await valuesOf(wide, 1, 1, RGB), [GREEN]);
  });
});

describe('what is refused', () => {
  const good = pngOf([1, 2, 3, 4], { width: 2, height: 2 });
  const jpeg = jpegOf(new Array(16 * 16 * 3).fill(90), 16, 16);
  const bmp = bmpOf([[1, 2, 3]], { width: 1, height: 1, bits: 24 });
  const changed = (original: Uint8Array, offset: number, ...bytes: number[]) => {
    const copy = Uint8Array.from(original);
    copy.set(bytes, offset);
    return copy;
  };
  const sof = Buffer.from(jpeg).indexOf(Uint8Array.of(0xff, 0xc0));

  it.each([
    ['text', Buffer.from('hello'), 'x: it is no PNG, JPEG or BMP picture'],
    ['nothing', new Uint8Array(0), 'x: it is no PNG, JPEG or BMP picture'],
    ['a PNG that was cut off', good.subarray(0, good.length - 20), 'x: it was cut off before its end'],
    [
      'a PNG with a wrong checksum',
      changed(good, 45, 0),
      'x: it is damaged: its pixels do not unpack, or have other checksums',
    ],
    ['a PNG without rows', pngOf([], { width: 2, height: 0 }), 'x: it says that it has 2 × 0 pixels'],
    [
      'fewer pixels than the header says',
      pngAround(deflateSync(new Uint8Array(5)), { width: 2, height: 2 }),
      'x: its pixels take 6 bytes, and 5 are there',
    ],
    [
      'a bomb behind a small header',
      pngAround(deflateSync(new Uint8Array(1e7)), { width: 2, height: 2 }),
      'x: its pixels unpack to more than the 6 bytes that they take',
    ],
    [
      'a bomb of a header',
      pngAround(deflateSync(new Uint8Array(9)), { width: 5000, height: 5000 }),
      'x: its 11 bytes of pixels cannot unpack to the 25005000 that they take',
    ],
    [
      'a palette that is not there',
      pngOf([0], { width: 1, height: 1, colourType: 3 }),
      'x: it has no palette before its pixels',
    ],
    [
      'a colour that is not in the palette',
      pngOf([3], { width: 1, height: 1, colourType: 3, palette: [1, 2, 3] }),
      'x: a pixel has a colour that is not in the palette',
    ],
    [
      'an interlaced PNG of 1 bit',
      pngOf([0], { width: 1, height: 1, depth: 1, interlace: 1 }),
      'x: it is interlaced and has less than 8 bits a sample, which is not read',
    ],
    ['a JPEG that was cut off', jpeg.subarray(0, jpeg.length - 3), 'x: it was cut off before its end'],
    ['a JPEG without pixels', jpeg.subarray(0, sof), 'x: it was cut off before its pixels'],
    [
      'a JPEG that says it is huge',
      changed(jpeg, sof + 5, 0x15, 0, 0x15, 0),
      'x: its 618 bytes cannot hold the 5376 × 5376 pixels that it says it has',
    ],
    [
      'a lossless JPEG',
      changed(jpeg, sof + 1, 0xc3),
      'x: it is lossless, hierarchical or arithmetic JPEG, which is not read',
    ],
    [
      'a BMP that was cut off',
      bmp.subarray(0, bmp.length - 1),
      'x: its pixels take 4 bytes, and 3 are there: it was cut off',
    ],
    [
      'a compressed BMP',
      bmpOf([[0]], { width: 1, height: 1, bits: 8, palette: [0, 0, 0, 0], compression: 1 }),
      'x: it is a compressed bitmap, which is not read',
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await refusal(
      readRows(imagesSource, [dataFile('x', bytes)], { width: 1, height: 1, channels: 1, fit: 'crop' }),
    );
    expect(error).toMatchObject({ kind: 'input', code: 'bad-data' });
    expect(error.message).toContain(message);
  });

  it('pictures that are larger than cameras make, by their header alone', async () => {
    const bytes = pngAround(new Uint8Array(0), { width: 100_000, height: 100_000 });
    const error = await refusal(
      readRows(imagesSource, [dataFile('x', bytes)], { width: 1, height: 1, channels: 1, fit: 'crop' }),
    );
    expect(error).toMatchObject({ kind: 'unsupported', code: 'too-large' });
    expect(error.message).toBe('x: it has 100000 × 100000 pixels, and 33554432 are the most that are read');
  });

  it.each([
    ['PNG', good, 60],
    [
      'interlaced PNG',
      encodePng({ width: 9, height: 9, data: new Uint8Array(324), channels: 4 }, { interlace: 'Adam7' }),
      60,
    ],
    [
      'palette',
      pngOf([0, 1, 1, 0], {
        width: 2,
        height: 2,
        depth: 4,
        colourType: 3,
        palette: [1, 2, 3, 4, 5, 6],
        transparency: [9],
      }),
      90,
    ],
    ['JPEG', jpegOf(new Array(16 * 16 * 3).fill(90), 16, 16, { value: 6, littleEndian: true }), 1000],
    [
      'BMP',
      bmpOf(
        [
          [0, 1],
          [1, 0],
        ],
        { width: 2, height: 2, bits: 8, palette: [0, 0, 0, 0, 9, 9, 9, 0] },
      ),
      60,
    ],
  ])('damaged %s files give a row or a sentence', async (name, original, head) => {
    const random = createRandom(12, `mutants of ${name}`);
    const format = { width: 2, height: 2, channels: GREY, fit: 'crop' } as const;
    let read = 0;
    for (let i = 0; i < 400; i++) {
      const damaged = mutated(original, head, random);
      const bytes = original[0] === 0x89 ? withChecksums(damaged) : damaged;
      const { rows, skipped } = await readRows(imagesSource, [dataFile('x', bytes)], format, true);
      for (const { code, message } of skipped) {
        expect(['bad-data', 'too-large']).toContain(code);
        expect(message.startsWith('x: ')).toBe(true);
      }
      if (rows.x?.[0].every((value) => value >= 0 && value <= 255)) read++;
      else expect(skipped).toHaveLength(1);
    }
    expect(read).toBeGreaterThan(5);
    expect(read).toBeLessThan(395);
  });
});

describe('sniff', () => {
  const blank = (width: number, height: number, colourType = 0) =>
    pngOf(new Array(width * height * 3).fill(0), { width, height, colourType });
  const sniffed = (...files: readonly Uint8Array[]) =>
    imagesSource.sniff(
      files.map((bytes, i) => dataFile(`${i}.png`, bytes)),
      STRICT,
    );

  it('proposes a size that all have, at most 96 and in proportion', async () => {
    expect(await sniffed(blank(20, 30), blank(40, 20))).toEqual({
      width: 20,
      height: 20,
      channels: 1,
      fit: 'crop',
    });
    expect(await sniffed(blank(200, 100))).toEqual({ width: 96, height: 48, channels: 1, fit: 'crop' });
  });

  it('is not led astray by one thumbnail among many', async () => {
    expect(await sniffed(blank(1, 1), ...new Array(20).fill(blank(20, 20)))).toMatchObject({
      width: 20,
      height: 20,
    });
  });

  it('proposes colours where one file has them', async () => {
    expect((await sniffed(blank(2, 2), blank(2, 2, 2))).channels).toBe(3);
    const grey = pngOf([0], { width: 1, height: 1, colourType: 3, palette: [7, 7, 7] });
    expect((await sniffed(grey)).channels).toBe(1);
    expect(
      (await sniffed(pngOf([0], { width: 1, height: 1, colourType: 3, palette: [7, 7, 8] }))).channels,
    ).toBe(3);
  });

  it('is what rows have where the project file does not say it', async () => {
    const { columns } = await readRows(imagesSource, [dataFile('x', blank(20, 30))], {
      width: 8,
      fit: 'crop',
    });
    expect(columns).toEqual([{ name: 'picture', kind: 'number', shape: [30, 8, 1] }]);
  });
});

it('reads one huge picture among small ones', async () => {
  const side = 3024;
  const huge = pngAround(deflateSync(new Uint8Array((side * 3 + 1) * side)), {
    width: side,
    height: side,
    colourType: 2,
  });
  const files = [
    dataFile('huge', huge),
    dataFile('small', pngOf(new Array(100).fill(9), { width: 10, height: 10 })),
  ];
  const { rows } = await readRows(imagesSource, files, { width: 10, height: 10, channels: 1, fit: 'crop' });
  expect([rows.huge[0].length, rows.small[0][0]]).toEqual([100, 9]);
});

const media = sharedPath('data', 'tflm-media');
it.skipIf(media === undefined)(`reads the persons of TensorFlow Lite Micro (${NO_SHARED})`, async () => {
  const files = listDataFiles(media as string).filter(({ path }) => path.endsWith('.bmp'));
  const format = await imagesSource.sniff(files, STRICT);
  expect(format).toEqual({ width: 96, height: 96, channels: 1, fit: 'crop' });
  const { rows } = await readRows(imagesSource, files, format);
  expect(Object.keys(rows)).toEqual(['no_person.bmp', 'person.bmp']);
  for (const [picture] of Object.values(rows))
    expect(Math.max(...picture) - Math.min(...picture)).toBeGreaterThan(200);
});
