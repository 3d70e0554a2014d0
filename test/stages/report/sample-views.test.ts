import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { sampleKind, viewSamples } from '../../../src/stages/report/sample-views.ts';

it.each([
  [[28, 28, 1], 0, 'picture'],
  [[32, 32, 3], 1, 'picture'],
  [[32, 32, 2], 0, 'numbers'],
  [[2, 2, 1], 0, 'numbers'],
  [[64, 3], 3, 'waveform'],
  [[64, 40], 0, 'numbers'],
  [[4, 3], 3, 'numbers'],
  [[4], 4, 'numbers'],
  [[100], 100, 'numbers'],
  [[100], 0, 'waveform'],
  [[], 0, 'numbers'],
] as const)(
  'samples of the shape %s with %s names of columns are looked at as %s',
  (shape, features, kind) => {
    expect(sampleKind(shape, features)).toBe(kind);
  },
);

function pixels(png: Uint8Array): number[] {
  return Array.from(decode(png).data);
}

it('pictures have the brightness of all that are shown: black the least value, white the largest', async () => {
  const data = Float32Array.from({ length: 48 }, (_, i) => (i < 32 ? -2 : 2) + (i === 47 ? 1 : 0));
  const source = arrayRecords({ shape: [3, 4, 4, 1], data });
  const items = await viewSamples(source, 'picture', [
    { index: 2, caption: 'two' },
    { index: 0, caption: 'zero' },
  ]);
  const [two, zero] = items.map(({ picture }) => ('png' in picture ? picture : undefined));
  expect(pixels(zero?.png as Uint8Array)).toEqual(new Array(16).fill(0));
  expect(pixels(two?.png as Uint8Array)).toEqual([...new Array(15).fill(204), 255]);
  expect(two).toMatchObject({ width: 112, height: 112, alt: 'Picture of test sample 2' });
  expect(items.map(({ caption }) => caption)).toEqual(['two', 'zero']);
});

it('large pictures are stored small, in their proportions', async () => {
  const source = arrayRecords({ shape: [1, 100, 200, 3], data: new Float32Array(60_000).fill(7) });
  const [{ picture }] = await viewSamples(source, 'picture', [{ index: 0, caption: '' }]);
  if (!('png' in picture)) throw new Error('no picture');
  const { width, height, channels } = decode(picture.png);
  expect([width, height, channels]).toEqual([64, 32, 3]);
  expect([picture.width, picture.height]).toEqual([112, 56]);
});

it('rows of numbers are no pictures', async () => {
  const source = arrayRecords({ shape: [1, 2], data: new Float32Array(2) });
  expect(await viewSamples(source, 'numbers', [{ index: 0, caption: '' }])).toEqual([]);
});
