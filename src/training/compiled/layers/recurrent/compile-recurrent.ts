/** What recurrent layers have in common: the way along the steps, and back. */

import { type Run, zero } from '../../run.ts';
import type { Slot, StepPlan, Weight } from '../../step-plan.ts';
import type { CompileLayer } from '../layer.ts';
import { SteppedProduct } from './stepped-product.ts';
import { reserveSteps, type Steps, stepAt } from './steps.ts';

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
  /** From the sums of a step and `hidden[step]` to `hidden[step + 1]`. */
  forward(run: Run, step: number): void;
  /** Before the last step, from which gradients go back. */
  begin?(run: Run): void;
  /** From `dHidden[step + 1]` to the gradients of the sums; adds to `dHidden[step]` what does not go through them. */
  backward(run: Run, step: number): void;
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
  const offset = list * columns * Float32Array.BYTES_PER_ELEMENT;
  const own = { shape: [columns], size: columns, address: bias.address + offset };
  return bias.gradient === undefined ? own : { ...own, gradient: bias.gradient + offset };
}

function copy({ floats }: Run, from: number, to: number, count: number): void {
  floats.copyWithin(to / 4, from / 4, from / 4 + count);
}

/** The states of all steps as an output [rows, steps, units], or the last one, with the way back. */
interface Ending {
  forward(run: Run): void;
  /** Fills `dHidden`. */
  backward(run: Run): void;
}

function endingOf({ hidden, dHidden, units, gates }: Memory, output: Slot, allSteps: boolean): Ending {
  const steps = gates.count;
  const gradient = output.gradient ?? 0;
  const clear = (run: Run) => zero(run, dHidden.address, dHidden.count * run.rows * units);
  if (allSteps) {
    return {
      forward(run) {
        run.kernels.swapRows(stepAt(hidden, run, 1), steps, run.rows, units, output.address);
      },
      backward(run) {
        clear(run);
        run.kernels.swapRows(gradient, run.rows, steps, units, stepAt(dHidden, run, 1));
      },
    };
  }
  return {
    forward: (run) => copy(run, stepAt(hidden, run, steps), output.address, run.rows * units),
    backward(run) {
      clear(run);
      copy(run, gradient, stepAt(dHidden, run, steps), run.rows * units);
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
    const given = new SteppedProduct(plan, inputs, weight('kernel'), biasOf(0), gates);
    const ownBias = kind.isApart ? biasOf(1) : undefined;
    const remembered = new SteppedProduct(plan, hidden, weight('recurrent_kernel'), ownBias, recurrent);
    const memory: Memory = { units, gates, recurrent, hidden, dHidden };
    const cell = kind.create(plan, memory);
    const ending = endingOf(memory, output, returnSequences);

    plan.forward.add((run) => {
      const { kernels, rows } = run;
      kernels.swapRows(input.address, rows, count, depth, inputs.address);
      given.forward(run, 0, count, 0);
      zero(run, hidden.address, rows * units);
      for (let step = 0; step < count; step++) {
        remembered.forward(run, step, 1, kind.isApart ? 0 : 1);
        cell.forward(run, step);
      }
      ending.forward(run);
    });
    plan.backward.add((run) => {
      ending.backward(run);
      cell.begin?.(run);
      remembered.begin(run);
      for (let step = count - 1; step >= 0; step--) {
        cell.backward(run, step);
        if (step > 0) remembered.backward(run, step, 1, dHidden, 1);
      }
      remembered.learn(run);
      given.learn(run);
      if (input.gradient === undefined) return;
      given.begin(run);
      // In place of the inputs, which nobody needs any more.
      given.backward(run, 0, count, inputs, 0);
      run.kernels.swapRows(inputs.address, count, run.rows, depth, input.gradient);
    });
    return output;
  };
}
