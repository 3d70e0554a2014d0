/** What a recording came to, as text. */

import type { RecordingFacts } from '../../../data/recording/recording.ts';
import type { SamplingRate } from '../../../data/recording/sampling-rate.ts';
import { printable } from '../printable.ts';
import { countOf } from '../table.ts';

const MOST_NAMES = 8;

/** `99.8`, `16,000`: four digits say more than a clock of a computer knows. */
function hertz(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function rateText({ hz, low, high }: SamplingRate): string {
  const spread = hertz(low) === hertz(high) ? '' : ` (${hertz(low)} to ${hertz(high)})`;
  return `${hertz(hz)} readings a second${spread}`;
}

function columnsText(columns: readonly string[]): string {
  const names = columns.slice(0, MOST_NAMES).map(printable).join(', ');
  return columns.length > MOST_NAMES ? `${names}, … (${columns.length} columns)` : names;
}

/** One line: the file, what is in it, and how fast it really came. `path` is as it is shown. */
export function renderRecording(path: string, { columns, rows, seconds, rate }: RecordingFacts): string {
  const pace = rate === undefined ? '' : `, ${rateText(rate)}`;
  return `${printable(path)}: ${countOf(rows, 'row')} of ${columnsText(columns)} in ${seconds.toFixed(1)} s${pace}`;
}

/** Everything that a person should know of it besides: each a sentence. */
export function renderRecordingNotes({ rate, lines, example }: RecordingFacts): readonly string[] {
  const { malformed, words, missing } = lines;
  return [
    ...(malformed > 0
      ? [
          `${countOf(malformed, 'line')} dropped that ${malformed === 1 ? 'is' : 'are'} no row: ${JSON.stringify(example)}.`,
        ]
      : []),
    ...(words > 0 ? [`${countOf(words, 'line')} of text among the rows, left out.`] : []),
    ...(missing > 0 ? [`${countOf(missing, 'value')} no number; the cells are empty.`] : []),
    ...(rate !== undefined && rate.gaps > 0
      ? [
          `${countOf(rate.gaps, 'gap')}, the longest of ${rate.longestGapSeconds.toFixed(2)} s: readings are missing there.`,
        ]
      : []),
  ];
}
