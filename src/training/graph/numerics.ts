/** In which numbers operators compute while they are trained: float32 as it is, or what stands in for integers. */

import type { Node, ValueId } from '../../ir/graph.ts';
import { fusedActivationSchema } from '../../ops/fused-activation.ts';
import { activateInPlace } from '../compiled/layers/activation.ts';
import { type Slot, type StepPlan, view, type Weight } from '../compiled/step-plan.ts';

export interface Numerics {
  /** The sample as the first operators read it. */
  input(plan: StepPlan, id: ValueId, slot: Slot): Slot;
  /** A learned constant as the operator computes with it; its gradient becomes that of what is learned. */
  weight(plan: StepPlan, node: Node, position: number, weight: Weight, learns: boolean): Weight;
  /** What ends an operator: its fused activation, in place. */
  finish(plan: StepPlan, node: Node, output: Slot): Slot;
}

/** Limits in plain loops, for what the kernels of training have no code. */
function clampInPlace(plan: StepPlan, slot: Slot, min: number, max: number): Slot {
  const { address, gradient, size } = slot;
  plan.forward.push((run) => {
    const y = view(run, address, run.rows * size);
    for (let i = 0; i < y.length; i++) y[i] = Math.min(Math.max(y[i], min), max);
  });
  if (gradient !== undefined) {
    plan.backward.push((run) => {
      const [y, dy] = [view(run, address, run.rows * size), view(run, gradient, run.rows * size)];
      for (let i = 0; i < y.length; i++) if (y[i] <= min || y[i] >= max) dy[i] = 0;
    });
  }
  return slot;
}

/** `none` of operators that fuse nothing. */
function fusedOf(node: Node) {
  return 'activation' in node.attributes ? fusedActivationSchema.parse(node.attributes.activation) : 'none';
}

export const FLOAT_NUMERICS: Numerics = {
  input: (_, __, slot) => slot,
  weight: (_, __, ___, weight) => weight,
  finish(plan, node, output) {
    const fused = fusedOf(node);
    if (fused === 'none') return output;
    return fused === 'relu_n1_to_1'
      ? clampInPlace(plan, output, -1, 1)
      : activateInPlace(plan, fused, output);
  },
};
