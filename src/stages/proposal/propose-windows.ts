/** Which rows make a sample: found in the lengths of recordings, where nobody says. */

import { counted } from '../../core/figure-text.ts';
import type { FilesConfig } from '../dataset-config.ts';
import type { DataRequest } from './data-request.ts';
import type { Profile } from './profile.ts';
import type { ProposedRoles } from './propose-roles.ts';

export interface ProposedWindows extends Pick<FilesConfig, 'recordingRows' | 'window'> {
  readonly why?: string;
}

/** Shorter ones are chance. */
const LEAST_RECORDING = 8;

export interface Lengths {
  /** Of recordings one after another in a file: a common divisor below it is chance. */
  readonly leastCommon: number;
  /** Where nothing speaks for another length. */
  readonly usual: number;
  /** Longer recordings are cut, also where all of them have one length. */
  readonly mostWhole?: number;
}

export const LENGTHS: Lengths = { leastCommon: LEAST_RECORDING, usual: 64 };

/** A word takes about a second. */
export function soundLengths(rate: number): Lengths {
  return { leastCommon: Math.max(LEAST_RECORDING, rate >> 2), usual: Math.max(LEAST_RECORDING, rate) };
}

/** About a second of a movement, or less of what is measured faster. */
const MOST_OF_A_SECOND = 128;
/** Recordings that are not much longer are one movement each. */
const SINGLE_SECONDS = 4;
/** Of the longest: recordings of the same time have a row more or less. */
const ALIKE = 0.9;

/** For rows that a sensor measured so many times a second. */
export function signalLengths(rate: number): Lengths {
  const second = Math.min(MOST_OF_A_SECOND, 2 ** Math.round(Math.log2(rate)));
  return {
    leastCommon: Math.max(LEAST_RECORDING, Math.round(rate / 4)),
    usual: Math.max(LEAST_RECORDING, second),
    mostWhole: Math.round(SINGLE_SECONDS * rate),
  };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function rangeText(least: number, most: number): string {
  return least === most ? String(least) : `${least} to ${most}`;
}

/** Rows that belong together: the class stands on files, so that single rows would be meaningless. */
export function proposeWindows(
  request: DataRequest,
  { files, columns }: Profile,
  { classFrom }: ProposedRoles,
  { leastCommon, usual, mostWhole = Infinity }: Lengths,
): ProposedWindows {
  const shaped = columns.some(({ shape }) => shape.length > 0);
  const { window: length, stride = length } = request;
  if (length !== undefined && stride !== undefined) return { window: { length, stride } };
  if (classFrom === undefined || shaped) return {};
  const counts = files.map(({ rows }) => rows);
  const shortest = Math.min(...counts);
  if (shortest <= mostWhole && counts.every((count) => count === shortest)) {
    if (shortest < LEAST_RECORDING) return {};
    return {
      window: { length: shortest, stride: shortest },
      why: `every file has ${counted(shortest, 'row')}`,
    };
  }
  const longest = Math.max(...counts);
  if (longest <= mostWhole && mostWhole < Infinity && shortest >= ALIKE * longest) {
    return {
      window: { length: shortest, stride: shortest },
      why: `files have ${rangeText(shortest, longest)} rows: each is one sample`,
    };
  }
  const common = counts.reduce(greatestDivisor);
  if (common >= leastCommon && common <= mostWhole) {
    return {
      recordingRows: common,
      window: { length: common, stride: common },
      why: `every file has a multiple of ${counted(common, 'row')}: recordings of that length`,
    };
  }
  const most = Math.min(usual, shortest);
  return {
    window: { length: most, stride: Math.max(1, most >> 1) },
    why: `files have ${rangeText(shortest, longest)} rows: windows of ${most}, half of each in the next`,
  };
}
