/** The forms of low rank that a layer can take, with what each costs and loses. */

import type { Moments } from './patch-moments.ts';
import { firstAxesOf, type Split, splitOf, splitOperators, splitShape } from './split.ts';
import { keptShares, type TuckerSplits, tuckerOperators, tuckerShape } from './tucker.ts';
import { type Cost, costOf, type Operator, type WindowLayer } from './window-layer.ts';

export interface Form extends Cost {
  /** `rank 12`, `ranks 8 and 12` */
  readonly ranks: string;
  /** The share of the variance of its outputs over the training samples that is lost, as its singular values tell it. */
  readonly lost: number;
  operators(): Operator[];
}

export interface LayerForms {
  readonly layer: WindowLayer;
  /** As it is. */
  readonly own: Cost;
  readonly forms: readonly Form[];
}

function splitForms(layer: WindowLayer, split: Split): Form[] {
  const total = split.deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  let kept = 0;
  return Array.from(split.deviations, (deviation, index): Form => {
    const rank = index + 1;
    kept += deviation ** 2;
    return {
      ...costOf(layer.image, splitShape(layer, split.first, rank)),
      ranks: `rank ${rank}`,
      lost: Math.max(0, 1 - kept / total),
      operators: () => splitOperators(layer, split, rank),
    };
  });
}

function tuckerForms(layer: WindowLayer, splits: TuckerSplits): Form[] {
  const shares = keptShares(layer, splits);
  return Array.from(shares.data, (kept, index): Form => {
    const ranks = { inputs: (index % shares.columns) + 1, outputs: Math.floor(index / shares.columns) + 1 };
    return {
      ...costOf(layer.image, tuckerShape(layer, ranks)),
      ranks: `ranks ${ranks.inputs} and ${ranks.outputs}`,
      lost: Math.max(0, 1 - kept),
      operators: () => tuckerOperators(layer, splits, ranks),
    };
  });
}

/** None for a layer whose weights are all 0. */
export function formsOf(layer: WindowLayer, moments: Moments): LayerForms {
  const splits = firstAxesOf(layer).map((first) => splitOf(layer, moments, first));
  const forms = splits.flatMap((split) => splitForms(layer, split));
  // The first operator of the first slides over the whole window, that of the last over none of it.
  const ends = { outputs: splits[0], inputs: splits[splits.length - 1] };
  return {
    layer,
    own: costOf(layer.image, [layer]),
    forms: splits.length === 1 ? forms : [...forms, ...tuckerForms(layer, ends)],
  };
}
