/** Sound as the power of its frequencies: what a network of a few kilobytes hears words by. */

import type { FilesInput } from '../dataset-config.ts';

export type SpectrumInput = Extract<
  NonNullable<FilesInput['prepare']>[number],
  { readonly step: 'spectrum' }
>;

/** Long enough to tell the pitches of a voice apart, short enough to follow syllables. */
const WINDOW_SECONDS = 0.064;
const [LEAST_WINDOW, LONGEST_WINDOW] = [64, 4096];
const BANDS = 24;
/** Below lie hum and handling. */
const LOWEST_HZ = 100;
const LEAST_FRAMES = 8;
const MOST_FRAMES = 1024;

/** For samples of so many readings at so many a second; undefined where they are too short or too long. */
export function proposeSpectrum(rate: number, length: number): SpectrumInput | undefined {
  const power = 2 ** Math.round(Math.log2(WINDOW_SECONDS * rate));
  const window = Math.min(LONGEST_WINDOW, Math.max(LEAST_WINDOW, power));
  const hop = window / 2;
  const frames = Math.floor((length - window) / hop) + 1;
  if (frames < LEAST_FRAMES || frames > MOST_FRAMES) return undefined;
  return { step: 'spectrum', rate, window, hop, bands: BANDS, low: Math.min(LOWEST_HZ, rate / 80) };
}

export function whySpectrum({ rate, window, hop }: SpectrumInput): string {
  const milliseconds = (readings: number): string => `${Math.round((1000 * readings) / rate)} ms`;
  return `sound becomes the power of ${BANDS} bands of frequencies, in windows of ${milliseconds(window)} every ${milliseconds(hop)}`;
}
