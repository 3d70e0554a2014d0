/** What the updates of a training must not undo. */

import type { ValueId } from '../../ir/graph.ts';

/** The constants in training, in the layout of the graph. */
export type LiveWeights = (value: ValueId) => Float32Array;

export interface Constraint {
  /** Changes weights in place behind every update; `step` counts from 1 over all epochs. */
  apply(weightsOf: LiveWeights, step: number): void;
}
