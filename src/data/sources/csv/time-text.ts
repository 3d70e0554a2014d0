/** Dates and times as texts write them. What names no zone is taken as UTC. */

import type { DateOrder } from './csv-format.ts';

const DAY_MS = 86_400_000;
const CLOCK =
  /^(\d{1,2})([:.])(\d{2})(?:\2(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?( ?[Zz]| ?[+-]\d{2}:?\d{2})?$/;
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(.+))?$/;
/** Between dots a year has four digits: 18.00.00 is a time of day. */
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|(?<!\.)\d{2})(?:[T ,]+(.+))?$/;
/** POSIX: two digits from 69 on are of the last century. */
const CENTURY_TURN = 69;

function zoneMs(zone: string | undefined): number {
  const match = zone?.match(/([+-])(\d{2}):?(\d{2})/);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000;
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/** Milliseconds from midnight; NaN where the text is no time of day. `18.00` is a number. */
function clockMs(text: string): number {
  const match = CLOCK.exec(text);
  if (!match) return Number.NaN;
  const [, hours, mark, minutes, seconds, fraction, half, zone] = match;
  if (mark === '.' && seconds === undefined) return Number.NaN;
  const [hour, minute, second] = [hourOf(Number(hours), half), Number(minutes), Number(seconds ?? 0)];
  if (!(hour <= 24 && minute < 60 && second <= 60)) return Number.NaN;
  const ms = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000;
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms - zoneMs(zone);
}

function dateMs(year: number, month: number, day: number): number {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : Number.NaN;
}

function fullYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) + (Number(year) < CENTURY_TURN ? 2000 : 1900);
}

function withClock(date: number, clock: string | undefined): number {
  return clock === undefined ? date : date + clockMs(clock.trim());
}

/**
 * Milliseconds since 1970 UTC, or since midnight for a time of day alone; NaN where the text is neither. `order` decides
 * what 10/03/2004 means; with `iso` it means nothing.
 */
export function timeOf(text: string, order: DateOrder): number {
  const trimmed = text.trim();
  const first = YEAR_FIRST.exec(trimmed);
  if (first) return withClock(dateMs(Number(first[1]), Number(first[3]), Number(first[4])), first[5]);
  const last = order === 'iso' ? null : YEAR_LAST.exec(trimmed);
  if (last) {
    const [a, b] = [Number(last[1]), Number(last[3])];
    const [day, month] = order === 'day-month-year' ? [a, b] : [b, a];
    return withClock(dateMs(fullYear(last[4]), month, day), last[5]);
  }
  const ms = clockMs(trimmed);
  return ms <= DAY_MS * 2 ? ms : Number.NaN;
}

/** The two numbers in front of a year that stands last, undefined where the text is no such date. */
export function ambiguousDate(text: string): readonly [first: number, second: number] | undefined {
  const match = YEAR_LAST.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[3])];
}
