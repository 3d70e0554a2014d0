/** A sample over time, as a small SVG picture: a line for every channel. */

import { CURVE_COLORS } from './curves-plot.ts';
import { GRID, svgPicture } from './svg-picture.ts';
import { coordinate } from './svg-text.ts';

export interface Waveform {
  /** Time, then channel. */
  readonly data: ArrayLike<number>;
  readonly channels: number;
  /** What is drawn from the bottom to the top: equal for pictures that are compared. */
  readonly domain: readonly [number, number];
  readonly title: string;
  /** What is read aloud instead of the picture. */
  readonly summary: string;
}

const WIDTH = 180;
const HEIGHT = 90;
const EDGE = 4;
/** Between as many places along the time, the lowest and the highest value are drawn. */
const COLUMNS = 86;

/** Value over place, of a long line the least and the largest of every column, in the order in which they come. */
function thinnedLine({ data, channels }: Waveform, channel: number): readonly (readonly [number, number])[] {
  const length = Math.floor(data.length / channels);
  const at = (time: number): number => data[time * channels + channel];
  if (length <= 2 * COLUMNS) return Array.from({ length }, (_, time) => [time, at(time)] as const);
  return Array.from({ length: COLUMNS }, (_, column) => {
    let low = Math.floor((column * length) / COLUMNS);
    let high = low;
    for (let time = low; time < Math.floor(((column + 1) * length) / COLUMNS); time++) {
      if (at(time) < at(low)) low = time;
      if (at(time) > at(high)) high = time;
    }
    return [Math.min(low, high), Math.max(low, high)].map((time) => [time, at(time)] as const);
  }).flat();
}

/** 180 × 90 pixels; as many channels as there are colours. */
export function waveformSvg(waveform: Waveform): string {
  const { data, channels, title, summary } = waveform;
  const [low, high] = waveform.domain;
  const last = Math.max(1, Math.floor(data.length / channels) - 1);
  const x = (time: number): string => coordinate(EDGE + (time / last) * (WIDTH - 2 * EDGE));
  const y = (value: number): string =>
    coordinate(HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE));
  const lines = CURVE_COLORS.slice(0, channels).map((color, channel) => {
    const points = thinnedLine(waveform, channel).map(([time, value]) => `${x(time)},${y(value)}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="1.3" stroke-linejoin="round"/>`;
  });
  const zero =
    low < 0 && high > 0 ? [`<line x1="0" x2="${WIDTH}" y1="${y(0)}" y2="${y(0)}" stroke="${GRID}"/>`] : [];
  return svgPicture({
    width: WIDTH,
    height: HEIGHT,
    fontSize: 11,
    title,
    summary,
    parts: [...zero, ...lines],
  });
}
