/** In which numbers operators compute while they are trained: float32 as it is, or what stands in for integers. */

import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { fusedActivationSchema } from '../../ops/fused-activation.ts';
import { activateInPlace } from '../compiled/layers/activation.ts';
import { samplesOf } from '../compiled/run.ts';
import type { Slot, StepPlan, Weight } from '../compiled/step-plan.ts';
import type { LiveWeights } from './constraint.ts';
import type { Operand } from './operators/operator.ts';
import type { IntegerChoices } from './quantized/integer-choices.ts';

/** What makes the same numerics again, on another thread: float32, or the integers of a graph. */
export type NumericsSource = 'float32' | { readonly float: Graph; readonly choices: IntegerChoices };

/**
 * What it decides while it trains, scales say, lies in the memory of the training wherever steps of several parts read it: those
 * run on threads whose own numerics hear nothing of it.
 */
export interface Numerics {
  readonly source: NumericsSource;
  /** What is learned beside the constants of the graph, by name: what it is at first. */
  readonly extras: ReadonlyMap<string, Float32Array>;
  /** The sample as the first operators read it. In place; its steps run before all others. */
  input(plan: StepPlan, id: ValueId, slot: Slot, learned: LearnedOf): void;
  /** A learned constant as the operator computes with it; its gradient becomes that of what is learned. */
  weight(plan: StepPlan, node: Node, position: number, weight: Weight, learned: LearnedOf): Weight;
  /** What ends an operator: its fused activation. In place. */
  finish(
    plan: StepPlan,
    node: Node,
    output: Slot,
    operands: readonly (Operand | undefined)[],
    learned: LearnedOf,
  ): Slot;
  /** Before the first step of an epoch, counted from 1. */
  beginEpoch?(epoch: number, live: LiveNumbers): void;
  /** Before what an epoch learned is judged. */
  beginJudging?(live: LiveNumbers): void;
}

/** What is learned, as it is now. */
export interface LiveNumbers {
  readonly weightsOf: LiveWeights;
  readonly extras: ReadonlyMap<string, Float32Array>;
}

/** What is learned by the name of an extra. */
export type LearnedOf = (extra: string) => Weight;

/** Limits in plain loops, for what the kernels of training have no code. */
function clampInPlace(plan: StepPlan, slot: Slot, min: number, max: number): Slot {
  const { address, gradient, size } = slot;
  plan.forward.addBySample((run, first, end) => {
    const y = samplesOf(run, address, size, first, end);
    for (let i = 0; i < y.length; i++) y[i] = Math.min(Math.max(y[i], min), max);
  });
  if (gradient !== undefined) {
    plan.backward.addBySample((run, first, end) => {
      const [y, dy] = [address, gradient].map((of) => samplesOf(run, of, size, first, end));
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
  source: 'float32',
  extras: new Map(),
  input: () => {},
  weight: (_, __, ___, weight) => weight,
  finish(plan, node, output) {
    const fused = fusedOf(node);
    if (fused === 'none') return output;
    return fused === 'relu_n1_to_1'
      ? clampInPlace(plan, output, -1, 1)
      : activateInPlace(plan, fused, output);
  },
};
