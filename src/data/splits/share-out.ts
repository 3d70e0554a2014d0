/** Ways to give samples to parts whose shares add up to 1: each is a row, and gives the part of every sample. */

import { shuffledOrder } from '../../core/orders/shuffled-order.ts';
import type { Random } from '../../core/random.ts';
import type { SampleFacts } from './parts.ts';
import { shareGroups } from './share-groups.ts';

export type Shares = readonly number[];

/**
 * How many of `count` samples of one class each part gets: the nearest whole numbers to its share and what it is owed, but at
 * least one where there are as many as parts. Of fewer, the largest shares get one each. `owed` is kept up.
 */
function quotas(count: number, shares: Shares, owed: Float64Array): readonly number[] {
  const exact = shares.map((share, part) => count * share + owed[part]);
  const open = shares.flatMap((share, part) => (share > 0 ? [part] : []));
  const least = count < open.length ? 0 : 1;
  const taken = shares.map((share, part) => (share > 0 ? Math.max(least, Math.floor(exact[part])) : 0));
  if (least === 0) {
    open.sort((a, b) => shares[b] - shares[a] || owed[b] - owed[a] || b - a);
    for (const part of shares.keys()) taken[part] = open.slice(0, count).includes(part) ? 1 : 0;
  }
  const most = (by: (part: number) => number): number =>
    open.reduce((best, part) => (by(part) > by(best) ? part : best));
  const gap = (part: number): number => exact[part] - taken[part];
  let rest = count - taken.reduce((sum, own) => sum + own, 0);
  for (; rest > 0; rest--) taken[most(gap)]++;
  for (; rest < 0; rest++) taken[most((part) => (taken[part] > least ? -gap(part) : -Infinity))]--;
  for (const part of shares.keys()) owed[part] = gap(part);
  return taken;
}

/** Members of each stratum, in the order in which strata first appear. */
function strataOf(count: number, keyOf: ArrayLike<number>): readonly Uint32Array[] {
  const sizes = new Map<number, number>();
  for (let sample = 0; sample < count; sample++)
    sizes.set(keyOf[sample], (sizes.get(keyOf[sample]) ?? 0) + 1);
  const strata = new Map([...sizes].map(([key, size]) => [key, { members: new Uint32Array(size), next: 0 }]));
  for (let sample = 0; sample < count; sample++) {
    const own = strata.get(keyOf[sample]);
    if (own !== undefined) own.members[own.next++] = sample;
  }
  return [...strata.values()].map(({ members }) => members);
}

/** The samples at the first places of an order are the first part's, and so on. */
function deal(sampleAt: (place: number) => number, counts: readonly number[], parts: Uint8Array): void {
  let next = 0;
  for (const [part, count] of counts.entries()) {
    for (let i = 0; i < count; i++) parts[sampleAt(next++)] = part;
  }
}

function shareAll(count: number, shares: Shares, random: Random): Uint8Array {
  const parts = new Uint8Array(count);
  deal(shuffledOrder(random, count), quotas(count, shares, new Float64Array(shares.length)), parts);
  return parts;
}

function shareStrata(strata: readonly Uint32Array[], count: number, shares: Shares, random: Random) {
  const parts = new Uint8Array(count);
  const owed = new Float64Array(shares.length);
  for (const members of strata) {
    const order = shuffledOrder(random, members.length);
    deal((place) => members[order(place)], quotas(members.length, shares, owed), parts);
  }
  return parts;
}

/** Samples one after another: each part begins where the shares before it, rounded, end. */
function shareInOrder(order: ArrayLike<number>, shares: Shares): Uint8Array {
  const parts = new Uint8Array(order.length);
  let sum = 0;
  let start = 0;
  for (const [part, share] of shares.entries()) {
    sum += share;
    const end = part === shares.length - 1 ? order.length : Math.round(order.length * sum);
    for (let i = start; i < end; i++) parts[order[i]] = part;
    start = end;
  }
  return parts;
}

function inTime({ count, timeOf }: SampleFacts): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, sample) => sample);
  return timeOf === undefined ? order : order.sort((a, b) => timeOf[a] - timeOf[b] || a - b);
}

/**
 * `random`: any sample anywhere. `stratified`: every class in the shares, and in every part where it has as many samples as
 * there are parts. `grouped`: groups whole, with parts and their classes near the shares. `time`: the earliest first, or the
 * order of the samples where no time is known.
 */
export const SHARE_OUT = {
  random: ({ count }: SampleFacts, shares: Shares, random: Random) => shareAll(count, shares, random),
  stratified: ({ count, classOf }: SampleFacts, shares: Shares, random: Random) =>
    classOf === undefined
      ? shareAll(count, shares, random)
      : shareStrata(strataOf(count, classOf), count, shares, random),
  grouped: shareGroups,
  time: (facts: SampleFacts, shares: Shares) => shareInOrder(inTime(facts), shares),
} as const satisfies Record<string, (facts: SampleFacts, shares: Shares, random: Random) => Uint8Array>;

export type ShareWay = keyof typeof SHARE_OUT;
