import type { RandomAccessBytes } from '../../core/random-access.ts';
import type { DataFile } from './data-file.ts';
import { lookAt } from './read-file.ts';

/** One thing that reading does to files that are otherwise. */
export interface Change<Head> {
  readonly what: string;
  /** Which files it is done to, each with what is said of them: `have another rate`. */
  readonly which: readonly { readonly are: string; readonly test: (head: Head) => boolean }[];
}

/** `what: 3 of 10 files have another rate` for what is done to any; files that were looked at stand for all. */
export function changedFiles<Head>(
  files: readonly DataFile[],
  look: (bytes: RandomAccessBytes) => Head,
  changes: readonly Change<Head>[],
): readonly string[] {
  const heads = lookAt(files, look);
  const of = heads.length === files.length ? `${files.length} files` : `the ${heads.length} files looked at`;
  return changes.flatMap(({ what, which }) => {
    const met = which
      .map(({ are, test }) => ({ are, count: heads.filter(test).length }))
      .filter(({ count }) => count > 0);
    const [first, ...others] = met;
    if (first === undefined) return [];
    return [
      [
        `${what}: ${first.count} of ${of} ${first.are}`,
        ...others.map(({ count, are }) => `${count} ${are}`),
      ].join(', '),
    ];
  });
}
