/** Which rows make a sample: found in the lengths of recordings, where nobody says. */

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
}

export const LENGTHS: Lengths = { leastCommon: LEAST_RECORDING, usual: 64 };

/** A word takes about a second. */
export function soundLengths(rate: number): Lengths {
  return { leastCommon: Math.max(LEAST_RECORDING, rate >> 2), usual: Math.max(LEAST_RECORDING, rate) };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Rows that belong together: the class stands on files, so that single rows would be meaningless. */
export function proposeWindows(
  request: DataRequest,
  { files, columns }: Profile,
  { classFrom }: ProposedRoles,
  { leastCommon, usual }: Lengths,
): ProposedWindows {
  const shaped = columns.some(({ shape }) => shape.length > 0);
  const { window: length, stride = length } = request;
  if (length !== undefined && stride !== undefined) return { window: { length, stride } };
  if (classFrom === undefined || shaped) return {};
  const counts = files.map(({ rows }) => rows);
  const shortest = Math.min(...counts);
  if (counts.every((count) => count === shortest)) {
    if (shortest < LEAST_RECORDING) return {};
    return { window: { length: shortest, stride: shortest }, why: `every file has ${shortest} rows` };
  }
  const common = counts.reduce(greatestDivisor);
  if (common >= leastCommon) {
    return {
      recordingRows: common,
      window: { length: common, stride: common },
      why: `every file has a multiple of ${common} rows: recordings of that length`,
    };
  }
  const most = Math.min(usual, shortest);
  return {
    window: { length: most, stride: Math.max(1, most >> 1) },
    why: `files have ${shortest} to ${Math.max(...counts)} rows: windows of ${most}, half of each in the next`,
  };
}
