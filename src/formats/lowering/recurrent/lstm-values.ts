/** What a layer of LSTM computes, in double precision. */

import type { CellSize, GateWeights } from './gates.ts';

export interface LstmGates {
  readonly inputGate: GateWeights;
  readonly forgetGate: GateWeights;
  readonly cellGate: GateWeights;
  readonly outputGate: GateWeights;
}

export interface LstmExtent extends CellSize {
  readonly steps: number;
  readonly batch: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** W x + R h + b of one gate, for one sequence of the batch. */
function sumsOf(
  { input, hidden, bias }: GateWeights,
  vector: Float32Array,
  state: Float64Array,
  into: Float64Array,
): void {
  for (let unit = 0; unit < into.length; unit++) {
    let sum = bias[unit];
    for (let i = 0; i < vector.length; i++) sum += input[unit * vector.length + i] * vector[i];
    for (let i = 0; i < state.length; i++) sum += hidden[unit * state.length + i] * state[i];
    into[unit] = sum;
  }
}

/** One step of one sequence: `hidden` and `cell` are what they were, and then what they are. */
function step(
  { inputGate, forgetGate, cellGate, outputGate }: LstmGates,
  vector: Float32Array,
  hidden: Float64Array,
  cell: Float64Array,
): void {
  const sums = [inputGate, forgetGate, cellGate, outputGate].map((gate) => {
    const into = new Float64Array(hidden.length);
    sumsOf(gate, vector, hidden, into);
    return into;
  });
  const [input, forget, candidate, output] = sums;
  for (let unit = 0; unit < hidden.length; unit++) {
    cell[unit] = sigmoid(forget[unit]) * cell[unit] + sigmoid(input[unit]) * Math.tanh(candidate[unit]);
    hidden[unit] = sigmoid(output[unit]) * Math.tanh(cell[unit]);
  }
}

/**
 * `sequence` is [steps, batch, depth], `before` the hidden and the cell state in front of it, zeros where it is empty. After every
 * step `goesOn` sees its number and both states, [batch, units]; whether it never says no.
 */
export function runLstm(
  gates: LstmGates,
  { steps, batch, depth, units }: LstmExtent,
  sequence: Float32Array,
  [hiddenBefore, cellBefore]: readonly Float32Array[],
  goesOn: (step: number, hidden: Float64Array, cell: Float64Array) => boolean,
): boolean {
  const begun = (before: Float32Array | undefined): Float64Array =>
    before === undefined ? new Float64Array(batch * units) : Float64Array.from(before);
  const [hidden, cell] = [begun(hiddenBefore), begun(cellBefore)];
  for (let at = 0; at < steps; at++) {
    for (let row = 0; row < batch; row++) {
      const from = (at * batch + row) * depth;
      const own = [row * units, (row + 1) * units] as const;
      step(gates, sequence.subarray(from, from + depth), hidden.subarray(...own), cell.subarray(...own));
    }
    if (!goesOn(at, hidden, cell)) return false;
  }
  return true;
}
