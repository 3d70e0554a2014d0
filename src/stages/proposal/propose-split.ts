/** What training learns from and what the test is kept for: as asked, or so that no recording is on both sides. */

import { folderOf, stemOf } from '../../data/sources/data-file.ts';
import type { FilesInput } from '../dataset-config.ts';
import type { DataRequest, SplitRequest } from './data-request.ts';
import type { Profile, ProfiledFile } from './profile.ts';
import type { ProposedRoles } from './propose-roles.ts';
import type { ProposedWindows } from './propose-windows.ts';

export interface ProposedSplit extends Pick<FilesInput, 'split' | 'baseline'> {
  readonly why?: string;
}

const LATE_TEST = { train: 0.55, validation: 0.15, test: 0.3 };
const SHARES = { train: 0.6, validation: 0.2, test: 0.2 };
/** Recordings of a class: one for each part. */
const LEAST_RECORDINGS = 3;

function askedFor({ split, group, time, test }: DataRequest): SplitRequest | undefined {
  if (split !== undefined) return split;
  if (group !== undefined) return { by: 'group' };
  return time === undefined || test !== undefined ? undefined : { by: 'time' };
}

/** Whether several samples are cut out of one file. */
function isCut({ rows }: ProfiledFile, { window }: ProposedWindows): boolean {
  return window !== undefined && rows >= window.length + window.stride;
}

/** Whether samples of one file, which are alike, can stay in one part without one part missing a class. */
function canStayTogether(
  { files }: Profile,
  { classFrom }: ProposedRoles,
  windows: ProposedWindows,
): boolean {
  if (classFrom === undefined || windows.recordingRows !== undefined) return false;
  if (!files.some((file) => isCut(file, windows))) return false;
  const counts = new Map<string | undefined, number>();
  for (const { file } of files) {
    const name = classFrom === 'folder' ? folderOf(file) : stemOf(file);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts.values()].every((count) => count >= LEAST_RECORDINGS);
}

export function proposeSplit(
  request: DataRequest,
  profile: Profile,
  roles: ProposedRoles,
  windows: ProposedWindows,
): ProposedSplit {
  const asked = askedFor(request);
  if (asked === undefined) {
    return canStayTogether(profile, roles, windows)
      ? {
          split: { by: 'group', ...SHARES },
          why: 'windows of one file stay in one part, so that the test is on recordings that training has not met',
        }
      : {};
  }
  const { by, number } = asked;
  if (by === 'head') return { split: { by, ...SHARES, rows: number ?? 1 }, baseline: number ?? 2 };
  if (by === 'every') return { split: { by, ...SHARES, every: number ?? 5 } };
  return { split: { by, ...(by === 'time' ? LATE_TEST : SHARES) } };
}
