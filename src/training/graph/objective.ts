/** What training makes small, as a function of some values of the graph. */

import type { ValueId } from '../../ir/graph.ts';

/** A value in front of an objective: [rows, ...shape], one sample after another. */
export interface ObservedValue {
  readonly data: Float32Array;
  /** Where d loss / d value is written, all `rows` of it. */
  readonly gradient: Float32Array;
}

/** A batch as the network has just computed it; the arrays are as long as its rows. */
export interface ObservedBatch {
  readonly rows: number;
  /** Samples, augmented, as the network saw them. */
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  /** One for each of `observes`. */
  readonly values: readonly ObservedValue[];
}

export interface Objective {
  /** Values that the graph computes; what only stands behind them is not run while training. */
  readonly observes: readonly ValueId[];
  /** The loss, a mean over the rows; writes the gradient of every value. */
  measure(batch: ObservedBatch): number;
}
