/**
 * LSTM in integers (tflite-micro 90b983c, `lstm_eval.cc`): activations of int8 with biases of int32, or of int16 with biases
 * of int64; gates and cell state are int16.
 */

import {
  multiplyByQuantizedMultiplier,
  multiplyWideByQuantizedMultiplier,
  type QuantizedMultiplier,
} from '../../core/fixed-point.ts';
import { argumentOfPower, sigmoidInt16, tanhInt16 } from '../int16/sigmoid.ts';
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

/** From the scales of products to that of the sum that goes into the gate, 2^-12. */
export interface LstmGate {
  readonly input: QuantizedMultiplier;
  readonly hidden: QuantizedMultiplier;
}

export interface LstmInteger extends LstmShape {
  readonly inputZeroPoint: number;
  readonly hiddenZeroPoint: number;
  /** In the order of the gates. */
  readonly gates: readonly LstmGate[];
  /** The scale of the cell state is 2^cellPower. */
  readonly cellPower: number;
  /** The cell state stays between its negative and it; Infinity where it is not limited. */
  readonly cellClip: number;
  /** Of what is forgotten and of what comes in, to the scale of the cell state. */
  readonly forgotten: QuantizedMultiplier;
  readonly incoming: QuantizedMultiplier;
  /** Of what goes out, to the scale of the hidden state. */
  readonly outgoing: QuantizedMultiplier;
  readonly hiddenMin: number;
  readonly hiddenMax: number;
  /** Sums of 64 bits, which int16 activations have. */
  readonly isWide: boolean;
}

type Activation = Int8Array | Int16Array;
type Bias = Int32Array | BigInt64Array;
export type LstmIntegerOperands = LstmOperands<Activation, Int8Array, Bias, Int16Array>;

function saturate(value: number): number {
  return Math.min(Math.max(value, -32768), 32767);
}

function rescaled(isWide: boolean, sum: number, bias: number | bigint, by: QuantizedMultiplier): number {
  const { multiplier, shift } = by;
  if (isWide) return multiplyWideByQuantizedMultiplier(sum + Number(bias), multiplier, shift);
  return multiplyByQuantizedMultiplier((sum + Number(bias)) | 0, multiplier, shift);
}

/** The sum of a row of weights and elements less their zero point; exact, since both are short. */
function dot(
  weights: Int8Array,
  row: number,
  data: Activation,
  from: number,
  count: number,
  zero: number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[row * count + i] * (data[from + i] - zero);
  return sum;
}

export function lstmInteger(prepared: LstmInteger) {
  const { depth, units, isWide, inputZeroPoint, hiddenZeroPoint, cellClip } = prepared;
  const gateArgument = argumentOfPower(-12);
  const cellArgument = argumentOfPower(prepared.cellPower);
  const gates = prepared.gates.map(() => new Int16Array(units));

  /** All units of one gate, before its activation. */
  const computeGate = (
    gate: number,
    operands: LstmIntegerOperands,
    input: number,
    state: number,
  ): Int16Array => {
    const inputWeights = operands[INPUT_WEIGHTS + gate] as Int8Array;
    const hiddenWeights = operands[HIDDEN_WEIGHTS + gate] as Int8Array;
    const bias = operands[BIASES + gate] as Bias;
    const by = prepared.gates[gate];
    const sums = gates[gate];
    for (let unit = 0; unit < units; unit++) {
      const seen = dot(inputWeights, unit, operands[0], input, depth, inputZeroPoint);
      const kept = dot(hiddenWeights, unit, operands[HIDDEN], state, units, hiddenZeroPoint);
      sums[unit] = saturate(
        saturate(rescaled(isWide, seen, bias[unit], by.input)) +
          saturate(rescaled(isWide, kept, 0, by.hidden)),
      );
    }
    return sums;
  };

  const multiplied = (a: number, b: number, { multiplier, shift }: QuantizedMultiplier): number =>
    multiplyByQuantizedMultiplier(a * b, multiplier, shift);

  const updateCell = (cell: Int16Array, state: number): void => {
    for (let unit = 0; unit < units; unit++) {
      const forget = sigmoidInt16(gateArgument, gates[FORGET_GATE][unit]);
      const write = sigmoidInt16(gateArgument, gates[INPUT_GATE][unit]);
      const fresh = tanhInt16(gateArgument, gates[CELL_GATE][unit]);
      const kept = saturate(multiplied(forget, cell[state + unit], prepared.forgotten));
      const sum = saturate(kept + saturate(multiplied(write, fresh, prepared.incoming)));
      cell[state + unit] = Math.max(Math.min(cellClip, sum), -cellClip);
    }
  };

  const updateHidden = (hidden: Activation, cell: Int16Array, state: number): void => {
    for (let unit = 0; unit < units; unit++) {
      const open = sigmoidInt16(gateArgument, gates[OUTPUT_GATE][unit]);
      const value = multiplied(tanhInt16(cellArgument, cell[state + unit]), open, prepared.outgoing);
      const shifted = value + hiddenZeroPoint;
      hidden[state + unit] = Math.min(Math.max(shifted, prepared.hiddenMin), prepared.hiddenMax);
    }
  };

  return (operands: LstmIntegerOperands, output: Activation): void => {
    const [hidden, cell] = [operands[HIDDEN], operands[CELL]];
    forEachStep(prepared, (input, to, state) => {
      for (let gate = 0; gate < gates.length; gate++) computeGate(gate, operands, input, state);
      updateCell(cell, state);
      updateHidden(hidden, cell, state);
      for (let unit = 0; unit < units; unit++) output[to + unit] = hidden[state + unit];
    });
  };
}
