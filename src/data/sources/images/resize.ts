/**
 * Pictures of any size as pictures of one size. Every pixel that comes out is the mean of the area it covers, pixels at its
 * border counted by the part that lies within: nothing is sampled, nothing rings, and the same picture gives the same bits.
 */

import type { Picture } from './picture.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** crop: the middle of the picture that has the wanted proportions. stretch: all of it, whatever that does to circles. */
export type Fit = 'crop' | 'stretch';

/** For each output, the first input that it covers, and how much of that one and those behind it. */
interface Coverage {
  readonly first: number;
  readonly parts: Float64Array;
}

/** `count` equal pieces of `from` … `to` on an axis of `length` pixels, all of which lie within. */
function coverages(length: number, from: number, to: number, count: number): readonly Coverage[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, piece) => {
    const [start, end] = [from + piece * step, from + (piece + 1) * step];
    const first = Math.min(Math.floor(start), length - 1);
    const last = Math.max(first, Math.min(Math.ceil(end), length) - 1);
    const parts = Float64Array.from({ length: last - first + 1 }, (_, i) =>
      Math.max(0, Math.min(end, first + i + 1) - Math.max(start, first + i)),
    );
    return { first, parts };
  });
}

/** The middle of `length` that is `part` of it. */
function middle(length: number, part: number): readonly [number, number] {
  return [(length * (1 - part)) / 2, (length * (1 + part)) / 2];
}

function coveredAxes(picture: Picture, { width, height }: PictureSize, fit: Fit) {
  const wide = picture.width * height;
  const tall = picture.height * width;
  const part = (most: number, own: number) => (fit === 'crop' && own > most ? most / own : 1);
  return {
    columns: coverages(picture.width, ...middle(picture.width, part(tall, wide)), width),
    rows: coverages(picture.height, ...middle(picture.height, part(wide, tall)), height),
  };
}

/** Row `y` with the wanted channels: grey is the luma of ITU-R BT.601; it is exact for greys. */
function readRow({ data, width, channels }: Picture, y: number, wanted: 1 | 3, into: Float64Array): void {
  const start = y * width * channels;
  if (channels === wanted) {
    for (let i = 0; i < width * channels; i++) into[i] = data[start + i];
    return;
  }
  for (let x = 0; x < width; x++) {
    if (wanted === 3) {
      into[3 * x] = into[3 * x + 1] = into[3 * x + 2] = data[start + x];
    } else {
      const at = start + 3 * x;
      into[x] = (299 * data[at] + 587 * data[at + 1] + 114 * data[at + 2]) / 1000;
    }
  }
}

/** Adds `part` of a row to sums over the columns' pieces. */
function addRow(
  row: Float64Array,
  channels: number,
  columns: readonly Coverage[],
  part: number,
  sums: Float64Array,
): void {
  for (let x = 0; x < columns.length; x++) {
    const { first, parts } = columns[x];
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let i = 0; i < parts.length; i++) sum += parts[i] * row[(first + i) * channels + channel];
      sums[x * channels + channel] += part * sum;
    }
  }
}

const total = ({ parts }: Coverage): number => parts.reduce((sum, part) => sum + part, 0);

/** The picture in C order (height, width, channels), 0 … 255; values between whole numbers stay there. */
export function resize(picture: Picture, size: PictureSize, fit: Fit): Float64Array {
  const { width, height, channels } = size;
  const { columns, rows } = coveredAxes(picture, size, fit);
  const row = new Float64Array(picture.width * channels);
  const result = new Float64Array(width * height * channels);
  const unit = picture.white / 255;
  const widths = columns.map(total);
  rows.forEach(({ first, parts }, y) => {
    const sums = result.subarray(y * width * channels, (y + 1) * width * channels);
    for (let i = 0; i < parts.length; i++) {
      readRow(picture, first + i, channels, row);
      addRow(row, channels, columns, parts[i], sums);
    }
    const tall = total(rows[y]);
    for (let i = 0; i < sums.length; i++) sums[i] /= tall * widths[Math.floor(i / channels)] * unit;
  });
  return result;
}
