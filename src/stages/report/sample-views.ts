/** Samples to look at: pictures where they have rows and columns, lines where they have a time, nothing for rows of numbers. */

import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import type { RecordSource } from '../../data/records/records.ts';
import type { Picture } from '../../data/sources/images/picture.ts';
import { resize } from '../../data/sources/images/resize.ts';
import { waveformSvg } from '../../targets/plots/waveform.ts';
import type { GalleryItem } from '../../targets/report/page.ts';

export type SampleKind = 'picture' | 'waveform' | 'numbers';

/** A sample that is to be shown. */
export interface ViewedSample {
  readonly index: number;
  /** What it is, for the line below it. */
  readonly caption: string;
}

/** Below, nobody sees a picture in it. */
const LEAST_SIDE = 4;
/** A sequence of fewer steps is better read as numbers. */
const LEAST_TIME = 8;
/** Numbers without a second axis are a signal from here on, and fewer are features. */
const LEAST_SIGNAL = 64;
const MOST_CHANNELS = 6;

/** `features`: how many named columns a sample has; 0 where they have no names. */
export function sampleKind(shape: Shape, features: number): SampleKind {
  const [rows, columns = 1, channels] = shape;
  if (shape.length === 3 && (channels === 1 || channels === 3) && Math.min(rows, columns) >= LEAST_SIDE) {
    return 'picture';
  }
  if (shape.length === 2 && rows >= LEAST_TIME && columns <= MOST_CHANNELS) return 'waveform';
  return shape.length === 1 && rows >= LEAST_SIGNAL && rows !== features ? 'waveform' : 'numbers';
}

function readSamples(source: RecordSource, samples: readonly ViewedSample[]): readonly Float32Array[] {
  return samples.map(({ index }) => {
    const record = new Float32Array(elementCount(source.shape));
    source.read(index, 1, record);
    return record;
  });
}

function domainOf(records: readonly Float32Array[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const record of records) {
    for (const value of record) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

/** Larger pictures are made as small as this: a page of many must stay small. */
const STORED_SIDE = 64;
const SHOWN_SIDE = 112;

function asPicture(record: Float32Array, shape: Shape, [low, high]: readonly [number, number]): Picture {
  const [height, width, channels] = shape as readonly [number, number, 1 | 3];
  const unit = high > low ? 65535 / (high - low) : 0;
  const data = Uint16Array.from(record, (value) => Math.round((value - low) * unit));
  const picture: Picture = { width, height, channels, data, white: 65535 };
  const shrink = Math.min(1, STORED_SIDE / Math.max(width, height));
  const size = {
    width: Math.max(1, Math.round(width * shrink)),
    height: Math.max(1, Math.round(height * shrink)),
    channels,
  };
  const fitted = Uint8Array.from(resize(picture, size, 'stretch'), Math.round);
  return { ...size, data: fitted, white: 255 };
}

function pictureItem(
  picture: Picture,
  { index, caption }: ViewedSample,
  encode: (picture: Picture) => Uint8Array,
): GalleryItem {
  const enlarge = SHOWN_SIDE / Math.max(picture.width, picture.height);
  return {
    picture: {
      png: encode(picture),
      width: Math.round(picture.width * enlarge),
      height: Math.round(picture.height * enlarge),
      alt: `Picture of test sample ${index}`,
    },
    caption,
  };
}

/** All of them with the same brightness, or on the same scale. Empty for rows of numbers. */
export async function viewSamples(
  source: RecordSource,
  kind: SampleKind,
  samples: readonly ViewedSample[],
): Promise<readonly GalleryItem[]> {
  if (kind === 'numbers' || samples.length === 0) return [];
  const { shape } = source;
  const records = readSamples(source, samples);
  const domain = domainOf(records);
  if (kind === 'waveform') {
    const channels = shape.length === 2 ? shape[1] : 1;
    return samples.map(({ index, caption }, i) => ({
      picture: {
        svg: waveformSvg({
          data: records[i],
          channels,
          domain,
          title: `Test sample ${index}`,
          summary: `Test sample ${index}, ${formatShape(shape)}: ${counted(channels, 'channel')} over ${counted(shape[0], 'step')}.`,
        }),
      },
      caption,
    }));
  }
  const { encodePng } = await import('../../data/sources/images/encode-png.ts');
  return samples.map((sample, i) => pictureItem(asPicture(records[i], shape, domain), sample, encodePng));
}
