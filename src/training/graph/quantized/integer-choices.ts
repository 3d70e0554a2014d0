/** What may be chosen of the integers that a training stands in for. */

import type { ValueId } from '../../../ir/graph.ts';
import type { Range } from '../../../passes/quantize/parameters.ts';

export interface IntegerChoices {
  /** As calibrated on the float32 graph. */
  readonly ranges: ReadonlyMap<ValueId, Range>;
  readonly densePerChannel: boolean;
  /** Whether the scales of 8-bit weights are learned, too, or the largest weight makes them. */
  readonly learnsScales: boolean;
  /** Outputs of the operators whose weights get 4 bits, in scales that are learned. */
  readonly int4: ReadonlySet<ValueId>;
  /** The first epoch in which ranges do not move with what is seen: 1 for those that were calibrated. */
  readonly frozenFrom: number;
  /** Whether factors to the ranges are learned. */
  readonly learnsRanges: boolean;
}
