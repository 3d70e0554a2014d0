/** Groups to parts, each whole: the largest first, where it disturbs the shares of sizes and classes least. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { Random } from '../../core/random.ts';
import { bucketsOf, type SampleFacts } from './parts.ts';

/** Samples of a group by class; sparse. */
type ClassCounts = ReadonlyMap<number, number>;

function countClasses(members: readonly number[], classOf: ArrayLike<number> | undefined): ClassCounts {
  const counts = new Map<number, number>();
  for (const sample of members) {
    const own = classOf?.[sample] ?? 0;
    counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  return counts;
}

/** What one part has of each class, and should have. */
interface Filling {
  readonly part: number;
  readonly share: number;
  readonly have: Map<number, number>;
  readonly groups: number[];
}

/** By how much Pearson's χ² of a part changes with the group: Σ ((have + more − want)² − (have − want)²) / want. */
function disturbance({ share, have }: Filling, counts: ClassCounts, totals: ClassCounts): number {
  let sum = 0;
  for (const [own, more] of counts) {
    const want = share * (totals.get(own) ?? 0);
    sum += (more * (2 * ((have.get(own) ?? 0) - want) + more)) / want;
  }
  return sum;
}

/** No part stays empty while another has groups to spare: it gets the smallest of the one with the most. */
function feedEmpty(fillings: readonly Filling[]): void {
  for (const empty of fillings.filter(({ groups }) => groups.length === 0)) {
    const rich = fillings.reduce((a, b) => (b.groups.length > a.groups.length ? b : a));
    const smallest = rich.groups.pop();
    if (smallest !== undefined) empty.groups.push(smallest);
  }
}

/** Throws `too-few-groups` (input) where there are fewer groups than parts. */
export function shareGroups(
  { count, classOf, groupOf }: SampleFacts,
  shares: readonly number[],
  random: Random,
): Uint8Array {
  const groups = bucketsOf(count, groupOf ?? Uint32Array.from({ length: count }, (_, sample) => sample));
  const fillings = shares
    .map((share, part): Filling => ({ part, share, have: new Map(), groups: [] }))
    .filter(({ share }) => share > 0);
  if (groups.length < fillings.length) {
    throw inputError(
      'too-few-groups',
      `${count} samples belong to ${counted(groups.length, 'group')}, and ${fillings.length} parts need one each at least`,
      'Group by something with more values, or split without groups.',
    );
  }
  const totals = countClasses(
    Array.from({ length: count }, (_, sample) => sample),
    classOf,
  );
  const order = [...random.permutation(groups.length)].sort((a, b) => groups[b].length - groups[a].length);
  for (const group of order) {
    const counts = countClasses(groups[group], classOf);
    const costs = fillings.map((filling) => disturbance(filling, counts, totals));
    const best = fillings[costs.indexOf(Math.min(...costs))];
    best.groups.push(group);
    for (const [own, more] of counts) best.have.set(own, (best.have.get(own) ?? 0) + more);
  }
  feedEmpty(fillings);
  const parts = new Uint8Array(count);
  for (const { part, groups: own } of fillings) {
    for (const group of own) for (const sample of groups[group]) parts[sample] = part;
  }
  return parts;
}
