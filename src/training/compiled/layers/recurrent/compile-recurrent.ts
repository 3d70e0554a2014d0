/** What recurrent layers have in common: the way along the steps, and back. */

import type { Address } from '../../../../kernels/training/kernels.ts';
import { type CallContext, copy, zero } from '../../run.ts';
import type { Slot, StepPlan, Weight } from '../../step-plan.ts';
import type { CompileLayer } from '../layer.ts';
import { SteppedProduct } from './stepped-product.ts';
import { reserveSteps, type Steps, stepAt } from './steps.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** What a cell works on. */
export interface Memory {
  readonly units: number;
  /** Sums of the gates, then their values, and on the way back the gradients of the sums; [steps, rows, gates · units]. */
  readonly gates: Steps;
  /** What the hidden state gives to the gates: the same array where that is only added. */
  readonly recurrent: Steps;
  /** States, the first of which is that before all steps: 0; [steps + 1, rows, units]. */
  readonly hidden: Steps;
  readonly dHidden: Steps;
}

export interface Cell {
  /** From the sums of a step and `hidden[step]` to `hidden[step + 1]`, for `rows` samples. */
  forward(run: CallContext, step: number, sample: number, rows: number): void;
  /** Before the last step, from which gradients go back. */
  begin?(run: CallContext, sample: number, rows: number): void;
  /** From `dHidden[step + 1]` to the gradients of the sums; adds to `dHidden[step]` what does not go through them. */
  backward(run: CallContext, step: number, sample: number, rows: number): void;
}

export interface CellKind {
  /** Kernels have columns for each. */
  readonly gates: number;
  /** Whether the hidden state's part of the sums has a bias of its own and is kept apart. */
  readonly isApart?: true;
  create(plan: StepPlan, memory: Memory): Cell;
}

export interface RecurrentSpec {
  readonly units: number;
  readonly useBias: boolean;
  readonly returnSequences: boolean;
}

/** One of the lists of biases that lie behind one another. */
function biasList(bias: Weight, list: number, columns: number): Weight {
  const offset = list * columns * FLOAT_BYTES;
  const own = { shape: [columns], size: columns, address: bias.address + offset };
  return bias.gradient === undefined ? own : { ...own, gradient: bias.gradient + offset };
}

/** From samples [rows, steps, width] to steps, or back, of some samples. */
function toSteps(
  run: CallContext,
  from: Address,
  to: Steps,
  first: number,
  sample: number,
  rows: number,
): void {
  const { width } = to;
  const count = to.count - first;
  const source = from + sample * count * width * FLOAT_BYTES;
  const target = stepAt(to, run, first, sample);
  run.kernels.swapRows(source, count * width, target, run.rows * width, rows, count, width);
}

function toSamples(
  run: CallContext,
  from: Steps,
  first: number,
  to: Address,
  sample: number,
  rows: number,
): void {
  const { width } = from;
  const count = from.count - first;
  const source = stepAt(from, run, first, sample);
  const target = to + sample * count * width * FLOAT_BYTES;
  run.kernels.swapRows(source, run.rows * width, target, count * width, count, rows, width);
}

/** How states become an output: of all steps [rows, steps, units], or the last one. */
interface Ending {
  forward(run: CallContext, sample: number, rows: number): void;
  /** Fills `dHidden`. */
  backward(run: CallContext, sample: number, rows: number): void;
}

function endingOf({ hidden, dHidden, units, gates }: Memory, output: Slot, allSteps: boolean): Ending {
  const steps = gates.count;
  const gradient = output.gradient ?? 0;
  if (allSteps) {
    return {
      forward: (run, sample, rows) => toSamples(run, hidden, 1, output.address, sample, rows),
      backward(run, sample, rows) {
        zero(run, stepAt(dHidden, run, 0, sample), rows * units);
        toSteps(run, gradient, dHidden, 1, sample, rows);
      },
    };
  }
  const offset = (sample: number) => sample * units * FLOAT_BYTES;
  return {
    forward: (run, sample, rows) =>
      copy(run, stepAt(hidden, run, steps, sample), output.address + offset(sample), rows * units),
    backward(run, sample, rows) {
      for (let step = 0; step < steps; step++) zero(run, stepAt(dHidden, run, step, sample), rows * units);
      copy(run, gradient + offset(sample), stepAt(dHidden, run, steps, sample), rows * units);
    },
  };
}

export function compileRecurrent<Spec extends RecurrentSpec>(kind: CellKind): CompileLayer<Spec> {
  return ({ units, useBias, returnSequences }, { plan, input, outputShape, weight }) => {
    const [count, depth] = input.shape;
    const columns = kind.gates * units;
    const output = plan.slot(outputShape, true);
    const inputs = reserveSteps(plan, count, depth);
    const gates = reserveSteps(plan, count, columns);
    const recurrent = kind.isApart ? reserveSteps(plan, count, columns) : gates;
    const [hidden, dHidden] = [reserveSteps(plan, count + 1, units), reserveSteps(plan, count + 1, units)];
    const biasOf = (list: number) => (useBias ? biasList(weight('bias'), list, columns) : undefined);
    const given = new SteppedProduct(inputs, weight('kernel'), biasOf(0), gates);
    const ownBias = kind.isApart ? biasOf(1) : undefined;
    const remembered = new SteppedProduct(hidden, weight('recurrent_kernel'), ownBias, recurrent);
    const memory: Memory = { units, gates, recurrent, hidden, dHidden };
    const cell = kind.create(plan, memory);
    const ending = endingOf(memory, output, returnSequences);

    plan.forward.addBySample({
      calls(run, sample, end) {
        const rows = end - sample;
        toSteps(run, input.address, inputs, 0, sample, rows);
        zero(run, stepAt(hidden, run, 0, sample), rows * units);
        for (let step = 0; step < count; step++) {
          given.forward(run, step, sample, rows, 0);
          remembered.forward(run, step, sample, rows, kind.isApart ? 0 : 1);
          cell.forward(run, step, sample, rows);
        }
        ending.forward(run, sample, rows);
      },
    });

    // What is added last runs first.
    given.planLearning(plan);
    remembered.planLearning(plan);
    const to = input.gradient;
    const dInputs = to === undefined ? undefined : reserveSteps(plan, count, depth);
    plan.backward.addBySample({
      calls(run, sample, end) {
        const rows = end - sample;
        ending.backward(run, sample, rows);
        cell.begin?.(run, sample, rows);
        for (let step = count - 1; step >= 0; step--) {
          cell.backward(run, step, sample, rows);
          if (step > 0) remembered.backward(run, step, sample, rows, dHidden, 1);
          if (dInputs !== undefined) given.backward(run, step, sample, rows, dInputs, 0);
        }
        if (to !== undefined && dInputs !== undefined) toSamples(run, dInputs, 0, to, sample, rows);
      },
    });
    remembered.planTransposed(plan);
    if (to !== undefined) given.planTransposed(plan);
    return output;
  };
}
