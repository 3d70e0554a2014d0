/** A column that tells when each row was measured, with its unit in its name: how many rows a second has. */

import { samplingRate } from '../../recording/sampling-rate.ts';
import type { CsvFormat } from './csv-format.ts';
import { numberOf } from './number-text.ts';

const SECONDS_OF = {
  s: 1,
  sec: 1,
  seconds: 1,
  ms: 1e-3,
  millis: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  micros: 1e-6,
} as const;
type Unit = keyof typeof SECONDS_OF;

/** `time_s`, `timestamp [ms]`, `t (us)`. */
const CLOCK = /^(?:time|timestamp|elapsed|t)(?:_| ?[[(])(s|sec|seconds|ms|millis|us|µs|micros)[\])]?$/i;

/** Fewer rows do not tell a rate. */
const LEAST_ROWS = 10;
/** More digits than a clock of a computer tells. */
const RATE_DIGITS = 4;
const MOST_HZ = 1e6;

/** Seconds that one of such a column stands for; undefined for any other name. */
export function clockUnit(name: string): number | undefined {
  const [, unit] = CLOCK.exec(name.trim()) ?? [];
  return unit === undefined ? undefined : SECONDS_OF[unit.toLowerCase() as Unit];
}

/** Of the rows of one file, its header in front. Undefined where no column is a clock, or it does not go forward. */
export function rateOfRows(
  [header, ...rows]: readonly (readonly string[])[],
  { decimal }: Pick<CsvFormat, 'decimal'>,
): number | undefined {
  const place = header?.findIndex((name) => clockUnit(name) !== undefined) ?? -1;
  const unit = place < 0 ? undefined : clockUnit(header[place]);
  if (unit === undefined || rows.length < LEAST_ROWS) return undefined;
  const times = Float64Array.from(rows, (cells) => numberOf(cells[place] ?? '', decimal) * unit);
  if (times.some((time, i) => !Number.isFinite(time) || (i > 0 && time < times[i - 1]))) return undefined;
  const rate = samplingRate(times);
  const rounded = rate === undefined ? 0 : Number(rate.hz.toPrecision(RATE_DIGITS));
  return rounded > 0 && rounded <= MOST_HZ ? rounded : undefined;
}
