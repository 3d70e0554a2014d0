/** What the host of a virtual machine kept of the cores that it says it gives. */

import { existsSync, readFileSync } from 'node:fs';

const STATISTICS = '/proc/stat';
/** Of the first line, behind its name: `steal`, ticks in which a core had work and did not run (proc(5)). */
const STEAL = 7;
/** Those behind it are counted among the first ones, too. */
const KINDS = 8;

interface Ticks {
  readonly all: number;
  readonly withheld: number;
}

/** Of all cores since the machine started; undefined where the system does not count them. */
function ticks(): Ticks | undefined {
  if (!existsSync(STATISTICS)) return undefined;
  const [first] = readFileSync(STATISTICS, 'utf8').split('\n');
  const kinds = first
    .split(/\s+/)
    .slice(1, 1 + KINDS)
    .map(Number);
  return { all: kinds.reduce((sum, kind) => sum + kind, 0), withheld: kinds[STEAL] };
}

/** The share of all cores that the host keeps from now on; undefined where nobody counts. */
export function watchHost(): () => number | undefined {
  const before = ticks();
  return () => {
    const after = ticks();
    if (before === undefined || after === undefined) return undefined;
    return (after.withheld - before.withheld) / Math.max(1, after.all - before.all);
  };
}

/** Empty where it kept nothing. */
export function withheldText(share: number | undefined): string {
  return share ? `; the host kept ${(100 * share).toPrecision(2)} % of the cores meanwhile` : '';
}
