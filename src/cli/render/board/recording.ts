/** What a recording came to, as text. */

import { countOf } from '../../../core/figure-text.ts';
import type { RecordingFacts } from '../../../data/recording/recording.ts';
import type { SamplingRate } from '../../../data/recording/sampling-rate.ts';
import { printable } from '../printable.ts';

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

/** What is told of sound besides. */
export interface SoundFacts {
  /** Samples in a second, as the file has it. */
  readonly rate: number;
  /** Rows for which the one before stands. */
  readonly replaced: number;
}

/** A clock of a computer and one of a board agree better than this, bursts included. */
const MOST_DEVIATION = 0.02;

function soundNotes({ rate, rows }: RecordingFacts, sound: SoundFacts): readonly string[] {
  const differs = rate !== undefined && Math.abs(rate.hz / sound.rate - 1) > MOST_DEVIATION;
  return [
    ...(differs
      ? [
          `${hertz(rate.hz)} samples a second came, and the file says ${sound.rate}: samples are missing, or --sound is another rate than the board's.`,
        ]
      : []),
    ...(sound.replaced > 0
      ? [`${countOf(sound.replaced, 'row')} of ${rows} no sample; the one before stands for each.`]
      : []),
  ];
}

function soundHint({ looksLikeSound }: RecordingFacts): readonly string[] {
  return looksLikeSound
    ? [
        'This looks like sound, as a table: with --sound RATE it becomes a WAV file, which goes together with others and with the firmware.',
      ]
    : [];
}

/** Everything that a person should know of it besides: each a sentence. */
export function renderRecordingNotes(facts: RecordingFacts, sound?: SoundFacts): readonly string[] {
  const { rate, lines, example } = facts;
  const { malformed, words, missing } = lines;
  return [
    ...(sound === undefined ? soundHint(facts) : soundNotes(facts, sound)),
    ...(malformed > 0
      ? [
          `${countOf(malformed, 'line')} dropped that ${malformed === 1 ? 'is' : 'are'} no row: ${JSON.stringify(example)}.`,
        ]
      : []),
    ...(words > 0 ? [`${countOf(words, 'line')} of text among the rows, left out.`] : []),
    ...(missing > 0 && sound === undefined
      ? [`${countOf(missing, 'value')} no number; the cells are empty.`]
      : []),
    ...(rate !== undefined && rate.gaps > 0
      ? [
          `${countOf(rate.gaps, 'gap')}, the longest of ${rate.longestGapSeconds.toFixed(2)} s: readings are missing there.`,
        ]
      : []),
  ];
}
