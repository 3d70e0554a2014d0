/** What every LSTM is made of, whatever it computes in. Gates are in the order of their operands: input, forget, cell, output. */

/** The extents of an LSTM: `units` elements of each state for each batch. */
export interface LstmShape {
  readonly batches: number;
  readonly steps: number;
  /** Of the input of one step. */
  readonly depth: number;
  readonly units: number;
  /** Steps are the outermost axis of input and output, and batches the next; else the other way round. */
  readonly timeMajor: boolean;
}

/** Input, its weights by gate, those of the hidden state by gate, biases by gate, hidden state, cell state. */
export type LstmOperands<Activation, Weight, Bias, Cell> = readonly [
  Activation,
  ...(readonly [Weight, Weight, Weight, Weight]),
  ...(readonly [Weight, Weight, Weight, Weight]),
  ...(readonly [Bias, Bias, Bias, Bias]),
  Activation,
  Cell,
];

/** Where the operands of a gate stand, and those of all. */
export const INPUT_GATE = 0;
export const FORGET_GATE = 1;
export const CELL_GATE = 2;
export const OUTPUT_GATE = 3;
export const INPUT_WEIGHTS = 1;
export const HIDDEN_WEIGHTS = 5;
export const BIASES = 9;
export const HIDDEN = 13;
export const CELL = 14;

/** Calls `run` for every step of every batch: where its input begins, its output, and its states. */
export function forEachStep(
  { batches, steps, depth, units, timeMajor }: LstmShape,
  run: (input: number, output: number, state: number) => void,
): void {
  for (let batch = 0; batch < batches; batch++) {
    for (let step = 0; step < steps; step++) {
      const row = timeMajor ? step * batches + batch : batch * steps + step;
      run(row * depth, row * units, batch * units);
    }
  }
}
