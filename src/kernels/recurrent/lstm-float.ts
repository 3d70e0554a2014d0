/** LSTM in float32 (tflite-micro 90b983c, `lstm_eval.cc`), rounded after every step as it is there. */

import { logisticFloat, tanhFloat } from '../float/elementwise.ts';
import {
  BIASES,
  CELL,
  CELL_GATE,
  FORGET_GATE,
  forEachStep,
  HIDDEN,
  HIDDEN_WEIGHTS,
  INPUT_GATE,
  INPUT_WEIGHTS,
  type LstmOperands,
  type LstmShape,
  OUTPUT_GATE,
} from './lstm-shape.ts';

export interface LstmFloat extends LstmShape {
  /** The cell state stays between its negative and it; Infinity where it is not limited. */
  readonly cellClip: number;
}

export type LstmFloatOperands = LstmOperands<Float32Array, Float32Array, Float32Array, Float32Array>;

const f = Math.fround;

function dot(weights: Float32Array, row: number, data: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = f(sum + f(weights[row * count + i] * data[from + i]));
  return sum;
}

/** New cell states of one batch, from what its gates let through. */
export function updateCell(
  { units, cellClip }: LstmFloat,
  gates: readonly Float32Array[],
  cell: Float32Array,
  state: number,
): void {
  const [write, forget, fresh] = [INPUT_GATE, FORGET_GATE, CELL_GATE].map((gate) => gates[gate]);
  for (let unit = 0; unit < units; unit++) {
    const sum = f(f(forget[unit] * cell[state + unit]) + f(write[unit] * fresh[unit]));
    cell[state + unit] = Math.max(Math.min(cellClip, sum), -cellClip);
  }
}

export function lstmFloat(prepared: LstmFloat) {
  const { depth, units } = prepared;
  const gates = Array.from({ length: 4 }, () => new Float32Array(units));

  const computeGate = (gate: number, operands: LstmFloatOperands, input: number, state: number): void => {
    for (let unit = 0; unit < units; unit++) {
      const seen = dot(operands[INPUT_WEIGHTS + gate], unit, operands[0], input, depth);
      const kept = dot(operands[HIDDEN_WEIGHTS + gate], unit, operands[HIDDEN], state, units);
      gates[gate][unit] = f(f(seen + operands[BIASES + gate][unit]) + kept);
    }
  };

  return (operands: LstmFloatOperands, output: Float32Array, onState?: (position: number) => void): void => {
    const hidden = operands[HIDDEN];
    forEachStep(prepared, (input, to, state) => {
      for (let gate = 0; gate < gates.length; gate++) computeGate(gate, operands, input, state);
      for (const [gate, sums] of gates.entries()) {
        if (gate === CELL_GATE) tanhFloat(sums, sums);
        else logisticFloat(sums, sums);
      }
      updateCell(prepared, gates, operands[CELL], state);
      for (let unit = 0; unit < units; unit++) {
        hidden[state + unit] = f(Math.tanh(operands[CELL][state + unit])) * gates[OUTPUT_GATE][unit];
        output[to + unit] = hidden[state + unit];
      }
      onState?.(CELL);
    });
  };
}
