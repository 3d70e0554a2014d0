/** Columns that are often empty: as features they take the rows in which they are empty out of training. */

import type { ColumnStatistics } from '../../data/checks/column-statistics.ts';
import { percent } from '../../data/checks/finding.ts';

/** Of the rows. What is to be learned may be missing in more of them than what the network sees: not every row is labelled. */
export const MOST_MISSING = { feature: 0.25, target: 0.5 } as const;

/** Of the rows; numbers that stand for what is missing count. */
function missingShare({ count, missing, suspiciousCodes }: ColumnStatistics): number {
  const coded = suspiciousCodes.reduce((sum, code) => sum + code.count, 0);
  return (missing + coded) / (count + missing);
}

/** Undefined for a column that is missing in at most that share of the rows. */
export function whyOftenMissing(
  statistics: ColumnStatistics | undefined,
  most: number = MOST_MISSING.feature,
): string | undefined {
  const share = statistics === undefined ? 0 : missingShare(statistics);
  return share > most ? `missing in ${percent(share)} of the rows` : undefined;
}

/** Said once for all such columns; undefined where there are none. */
export function sayOftenMissing(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const listed = names.map((name) => JSON.stringify(name)).join(', ');
  return `columns that are missing in more than ${percent(MOST_MISSING.feature)} of the rows are no features, since those rows would be left out with them: move ${listed} from "ignore" to "features" to take ${names.length === 1 ? 'it' : 'them'} all the same`;
}
