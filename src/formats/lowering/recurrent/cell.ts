/** What recurrent layers of every format have in common. */

import type { NodeWriter } from '../node-writer.ts';

/** What a cell hands on to the next step; [batch, units] each. */
export interface CellState<Tensor> {
  readonly hidden: Tensor;
  /** Of LSTM alone. */
  readonly cell?: Tensor | undefined;
}

/** A cell over a sequence: its steps may be taken in any order. */
export interface Cell<Tensor> {
  /** `before` is undefined where all of it is zero. `part` names the step. */
  step(part: string, step: number, before: CellState<Tensor> | undefined): CellState<Tensor>;
}

/** Appends a function of every element. */
export type Activate<Tensor> = (writer: NodeWriter<Tensor>, part: string, input: Tensor) => Tensor;

export interface Unrolled<Tensor> {
  /** Of all steps in the order in which they were taken: the hidden states, where no step is passed over. */
  readonly outputs: readonly Tensor[];
  readonly last: CellState<Tensor>;
}

/** What a step leaves behind. */
export interface Left<Tensor> {
  /** Undefined where all of it is zero. */
  readonly state: CellState<Tensor> | undefined;
  /** [batch, units] that the layer gives for the step; undefined before the first one, where it counts as zero. */
  readonly output: Tensor | undefined;
}

interface Taken<Tensor> {
  readonly state: CellState<Tensor>;
  readonly output: Tensor;
}

/** What is left of a step: of what was before it, and what it made. */
export type Hold<Tensor> = (
  part: string,
  step: number,
  before: Left<Tensor>,
  after: CellState<Tensor>,
) => Taken<Tensor>;

/** Takes every step, from the first or from the last one on. */
export function unrolled<Tensor>(
  cell: Cell<Tensor>,
  part: string,
  steps: number,
  isReversed: boolean,
  before: CellState<Tensor> | undefined,
  hold: Hold<Tensor> = (_part, _step, _before, after) => ({ state: after, output: after.hidden }),
): Unrolled<Tensor> {
  const outputs: Tensor[] = [];
  let left: Left<Tensor> = { state: before, output: undefined };
  for (let count = 0; count < steps; count++) {
    const step = isReversed ? steps - 1 - count : count;
    const name = part === '' ? `step_${step}` : `${part}/step_${step}`;
    const taken = hold(name, step, left, cell.step(name, step, left.state));
    outputs.push(taken.output);
    left = taken;
  }
  return { outputs, last: left.state as CellState<Tensor> };
}
