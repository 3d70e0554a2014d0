/** What candidates may cost, and how small they are against it. */

import { COST_NAMES, type CostName } from './cost-names.ts';
import type { TrialCosts } from './trial.ts';

/** In bytes, macs in multiply-accumulates of one inference; absent for no limit. */
export type SearchLimits = Readonly<Partial<Record<CostName, number>>>;

/** The costs that have a limit, in the order of `COST_NAMES`. */
export function limitedCosts(limits: SearchLimits): readonly CostName[] {
  return COST_NAMES.filter((name) => limits[name] !== undefined);
}

/** How far the worst of the limited costs is from its limit: above 1, it does not fit. */
export function worstShare(costs: TrialCosts, limits: SearchLimits): number {
  return Math.max(0, ...limitedCosts(limits).map((name) => costs[name] / (limits[name] as number)));
}

export function fitsLimits(costs: TrialCosts, limits: SearchLimits): boolean {
  return limitedCosts(limits).every((name) => costs[name] <= (limits[name] as number));
}

const WITHOUT_LIMITS: readonly CostName[] = ['flash', 'macs'];

/** One number for how small a candidate is: the geometric mean of what is limited, as shares; else of flash and MACs. */
export function sizeOf(costs: TrialCosts, limits: SearchLimits): number {
  const limited = limitedCosts(limits);
  const names = limited.length > 0 ? limited : WITHOUT_LIMITS;
  const logs = names.map((name) => Math.log(Math.max(1, costs[name]) / (limits[name] ?? 1)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / names.length);
}
