/** Steps that know how many readings a second has, where the source knows it too. */

import type { StepOptions } from './index.ts';
import { expandPresets } from './presets/index.ts';

/** The first step that takes readings for faster or slower than they are: its place, and the rate at which they reach it. */
export function rateMisfit(
  steps: readonly StepOptions[],
  sourceRate: number,
): { readonly place: number; readonly rate: number } | undefined {
  let rate = sourceRate;
  for (const [place, options] of steps.entries()) {
    if (options.step === 'decimate') rate /= options.factor;
    if (expandPresets([options]).some((step) => 'rate' in step && step.rate !== rate)) return { place, rate };
  }
  return undefined;
}
