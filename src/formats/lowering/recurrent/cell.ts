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
  /** The hidden states in the order in which they were made. */
  readonly outputs: readonly Tensor[];
  readonly last: CellState<Tensor>;
}

/** What is left of a step: of what was before it, undefined where that is zero, and what it made. */
export type Hold<Tensor> = (
  part: string,
  step: number,
  before: CellState<Tensor> | undefined,
  after: CellState<Tensor>,
) => CellState<Tensor>;

/** Takes every step, from the first or from the last one on. */
export function unrolled<Tensor>(
  cell: Cell<Tensor>,
  part: string,
  steps: number,
  isReversed: boolean,
  before: CellState<Tensor> | undefined,
  hold: Hold<Tensor> = (_part, _step, _before, after) => after,
): Unrolled<Tensor> {
  const outputs: Tensor[] = [];
  let state = before;
  for (let taken = 0; taken < steps; taken++) {
    const step = isReversed ? steps - 1 - taken : taken;
    const name = part === '' ? `step_${step}` : `${part}/step_${step}`;
    state = hold(name, step, state, cell.step(name, step, state));
    outputs.push(state.hidden);
  }
  return { outputs, last: state as CellState<Tensor> };
}
