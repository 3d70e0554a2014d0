/** One recording: so many seconds of rows, with the clock of this computer, as a table of text. */

import { GrowingArray } from '../../core/growing-array.ts';
import { SOUND_RATE } from '../../core/samples/sound-rate.ts';
import { type LineCounts, type Reading, Readings } from './readings.ts';
import { type SamplingRate, samplingRate } from './sampling-rate.ts';

/** The column of the clock: seconds since the first row. Readers of tables know the unit by the name. */
const CLOCK_COLUMN = 'time_s';
const MICROSECOND_DIGITS = 6;
/** What waited in buffers until somebody listened comes at once: its rows are no older than each other by their times. */
const WARM_UP_SECONDS = 0.1;
/** Of the time that so many rows are to take. */
const SLOWEST = 1.25;

/** What a recording came to. */
export interface RecordingFacts {
  /** Without that of the clock. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** From the first row to the last. */
  readonly seconds: number;
  /** Undefined where too few rows came to tell. */
  readonly rate: SamplingRate | undefined;
  readonly lines: LineCounts;
  /** The beginning of the first malformed line. Foreign text. */
  readonly example: string | undefined;
  /** One number, so often that a microphone measures it. */
  readonly looksLikeSound: boolean;
}

/** As a cell: in quotation marks where it needs them. */
function cellText(text: string): string {
  return /[",;\t]|^ | $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What no reader takes for a number or for the clock. */
function headerName(name: string): string {
  const named = /\p{L}/u.test(name) ? name : `x${name}`;
  return named === CLOCK_COLUMN ? `board_${named}` : named;
}

function headerText(columns: readonly string[]): string {
  return `${[CLOCK_COLUMN, ...columns.map(headerName).map(cellText)].join(',')}\n`;
}

/** NaN is an empty cell: missing. */
function rowText(seconds: number, values: readonly number[]): string {
  const cells = values.map((value) => (Number.isNaN(value) ? '' : String(value)));
  return `${seconds.toFixed(MICROSECOND_DIGITS)},${cells.join(',')}\n`;
}

/** Takes what a board prints until enough rows are there. */
export class Recording {
  readonly #seconds: number;
  readonly #wanted: number;
  readonly #readings = new Readings();
  readonly #times = new GrowingArray((length) => new Float64Array(length));
  #listening: number | undefined;
  #start = 0;
  #isComplete = false;

  /**
   * `seconds` from the first row on; where they are to be `rows`, these end it and not the clock, since rows come in bursts, unless
   * they come far too slowly.
   */
  constructor(seconds: number, rows?: number) {
    this.#seconds = seconds;
    this.#wanted = rows ?? Infinity;
  }

  /** What it is to last. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Whether all of the time has passed, as rows tell it. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Rows that were heard: those that are not there yet wait for others to say what the columns are. */
  get heard(): number {
    return this.#readings.heard;
  }

  get rows(): number {
    return this.#times.length;
  }

  /** From the first row to the last. */
  get elapsed(): number {
    return this.rows === 0 ? 0 : this.#times.all()[this.rows - 1];
  }

  /** Bytes that were heard at `time` (seconds, of any clock). Gives the rows of the recording that end in them. */
  push(bytes: Uint8Array, time: number): readonly Reading[] {
    this.#listening ??= time;
    return this.#isComplete ? [] : this.#keep(this.#readings.push(bytes, time));
  }

  /** Rows that were still waiting for others. */
  end(): readonly Reading[] {
    return this.#isComplete ? [] : this.#keep(this.#readings.end());
  }

  get #limit(): number {
    return this.#wanted === Infinity ? this.#seconds : SLOWEST * this.#seconds + WARM_UP_SECONDS;
  }

  #keep(readings: readonly Reading[]): readonly Reading[] {
    const kept: Reading[] = [];
    for (const { time, values } of readings) {
      if (time < (this.#listening ?? 0) + WARM_UP_SECONDS) continue;
      if (this.rows === 0) this.#start = time;
      const seconds = time - this.#start;
      if (seconds >= this.#limit) {
        this.#isComplete = true;
        break;
      }
      this.#times.push(seconds);
      kept.push({ time: seconds, values });
      if (this.rows < this.#wanted) continue;
      this.#isComplete = true;
      break;
    }
    return kept;
  }

  /** Lines of the table; `withHeader` in front of the first ones. */
  text(rows: readonly Reading[], withHeader: boolean): string {
    const header = withHeader ? headerText(this.columns) : '';
    return header + rows.map(({ time, values }) => rowText(time, values)).join('');
  }

  /** None before the columns are known. */
  get columns(): readonly string[] {
    return this.#readings.columns ?? [];
  }

  get facts(): RecordingFacts {
    const rate = samplingRate(this.#times.all());
    return {
      columns: this.columns,
      rows: this.rows,
      seconds: this.elapsed,
      rate,
      lines: this.#readings.counts,
      example: this.#readings.example,
      looksLikeSound: this.columns.length === 1 && rate !== undefined && rate.hz >= SOUND_RATE,
    };
  }
}
