/** What a row of the table of compiled layers is: how a layer becomes steps of the plan. */

import type { Random } from '../../../core/random.ts';
import type { Shape } from '../../../core/tensor.ts';
import type { Slot, StepPlan, Weight } from '../step-plan.ts';

/** What BatchNormalization computes along with its own, and a max pool derives. */
export type Rectifier = 'linear' | 'relu' | 'relu6';

export interface LayerContext {
  readonly plan: StepPlan;
  readonly input: Slot;
  /** All that it reads; `input` is the first of them. */
  readonly inputs: readonly Slot[];
  readonly outputShape: Shape;
  /** A function of the elements right behind it, or of a pool right in front of it. */
  readonly rectifier: Rectifier;
  /** Whether its activation is derived by the pool behind it. */
  readonly isPooled: boolean;
  /** A weight by the part of its name after the layer's, `kernel`. */
  weight(name: string): Weight;
  /** The layer's own stream of the seed. */
  readonly random: Random;
}

/** Adds the layer's steps and returns where its output lies. */
export type CompileLayer<Spec> = (spec: Spec, context: LayerContext) => Slot;
