/** What firmware prints while it listens: of both kinds, with an interpreter and without. */

import { HEARD, LOST } from '../../targets/firmware/streams/stream-lines.ts';
import { REAL_NUMBER } from './inference-line.ts';

/** One line, as far as it tells. Names of classes are foreign text. */
export type StreamLine =
  /** A class begins to be heard; the score is that of the latest answer. */
  | { readonly kind: 'heard'; readonly label: string; readonly score: number }
  /** Readings that were lost since the firmware began: the sensor was faster than the chip. */
  | { readonly kind: 'lost'; readonly readings: number };

const HEARD_LINE = new RegExp(`^${HEARD}(.+) (${REAL_NUMBER})$`);
const LOST_LINE = new RegExp(String.raw`^${LOST}(\d{1,10})$`);

/** Undefined for every other line. Bounded work, whatever the line holds. */
export function parseStreamLine(line: string): StreamLine | undefined {
  const text = line.trim();
  if (text.length > 1024) return undefined;
  const [, label, score] = HEARD_LINE.exec(text) ?? [];
  if (score !== undefined) return { kind: 'heard', label, score: Number(score) };
  const [, readings] = LOST_LINE.exec(text) ?? [];
  return readings === undefined ? undefined : { kind: 'lost', readings: Number(readings) };
}
