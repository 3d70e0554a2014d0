/** A float32 graph in training: what is asked, and what comes of it. */

import type { Graph } from '../../ir/graph.ts';
import type { Recipe } from '../recipe.ts';
import type { Augment, EpochRecord, LabelledSamples, TrainingResult } from '../trainer.ts';
import type { Constraint } from './constraint.ts';
import type { Objective } from './objective.ts';

/** Targets stay in their own units: what is tuned speaks them already. */
export type GraphRecipe = Omit<Recipe, 'targets'>;

export interface GraphJob {
  /** As `simplifyFloat` makes it; one input, one output, batch 1. Weights and biases of its linear operators are learned. */
  readonly graph: Graph;
  readonly recipe: GraphRecipe;
  /** Decides the order of samples. */
  readonly seed: number;
  readonly train: LabelledSamples;
  readonly validation: LabelledSamples;
  readonly augment?: Augment | undefined;
  /** The loss of the recipe against the targets, where absent. */
  readonly objective?: Objective | undefined;
  /** What the best epoch is chosen by: the loss of the recipe against the targets, where nothing is said. */
  readonly judge?: 'labels' | 'objective' | undefined;
  readonly constraints?: readonly Constraint[] | undefined;
  /** The first epoch whose weights may be the result; early stopping waits for it too. 1 where absent. */
  readonly settledFrom?: number | undefined;
}

export interface GraphResult {
  /** The graph with the weights of `bestEpoch`. Ids of values stay. */
  readonly graph: Graph;
  /** What the numerics learned beside its weights, by name. */
  readonly extras: ReadonlyMap<string, Float32Array>;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly stoppedBy: TrainingResult['stoppedBy'];
}
