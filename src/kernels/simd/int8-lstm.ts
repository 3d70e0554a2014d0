/** LSTM of int8 activations, as `assembly/int8/lstm.ts` has it. */

import type { QuantizedMultiplier } from '../../core/fixed-point.ts';
import { argumentOfPower, type Int16Argument, SIGMOID_POINTS } from '../int16/sigmoid.ts';
import type { LstmInteger } from '../recurrent/lstm-integer.ts';
import { paddedChannels } from './channels.ts';
import { type RowMatrix, rowMatrix, spreadBytes } from './int8-row.ts';
import type { SimdPlan } from './simd-plan.ts';

const GATES = 4;
/** As int32: four powers, four multipliers, and two float64. */
const SCALE_BYTES = 48;
/** No cell state is beyond it. */
const NO_CLIP = 32768;
const SUM_BYTES = 4;
const GATE_BYTES = 2;

/** In the order of the gates. */
export interface LstmWeights {
  readonly input: readonly Int8Array[];
  readonly hidden: readonly Int8Array[];
  readonly bias: readonly Int32Array[];
}

/** The rows of every gate, and empty ones behind them: [gates, gateChannels, length]. */
function joined<T extends Int8Array | Int32Array>(gates: readonly T[], all: T): T {
  for (const [gate, rows] of gates.entries()) all.set(rows, (gate * all.length) / GATES);
  return all;
}

function scaleOf({ multiplier, shift }: QuantizedMultiplier): Uint8Array {
  const view = new DataView(new ArrayBuffer(SCALE_BYTES));
  for (let lane = 0; lane < 4; lane++) {
    view.setInt32(4 * lane, 1 << Math.max(0, shift), true);
    view.setInt32(16 + 4 * lane, multiplier, true);
  }
  for (let lane = 0; lane < 2; lane++) view.setFloat64(32 + 8 * lane, 2 ** Math.min(0, shift), true);
  return new Uint8Array(view.buffer);
}

/** Of input and hidden state, gate by gate. */
function scalesOf({ gates }: LstmInteger): Uint8Array {
  return Uint8Array.from(gates.flatMap(({ input, hidden }) => [...scaleOf(input), ...scaleOf(hidden)]));
}

/** `Int8Lstm` of the assembly. */
function settingsOf(p: LstmInteger, gateChannels: number, input: RowMatrix, hidden: RowMatrix): Int32Array {
  const { batches, steps, depth, units, timeMajor } = p;
  const strides = (elements: number): number[] =>
    timeMajor ? [elements, batches * elements] : [steps * elements, elements];
  const fields = (of: QuantizedMultiplier): number[] => [of.multiplier, of.shift];
  const argument = ({ multiplier, rightShift }: Int16Argument): number[] => [multiplier, rightShift];
  return Int32Array.of(
    batches,
    steps,
    units,
    gateChannels,
    ...strides(depth),
    ...strides(units),
    input.fours,
    hidden.fours,
    ...argument(argumentOfPower(-12)),
    ...argument(argumentOfPower(p.cellPower)),
    ...fields(p.forgotten),
    ...fields(p.incoming),
    ...fields(p.outgoing),
    Math.min(p.cellClip, NO_CLIP),
    p.hiddenZeroPoint,
    0,
    0,
    ...input.beyond,
    ...hidden.beyond,
  );
}

/** Equal to `lstmInteger` on int8. The computed operands are the input and both states. */
export function planLstmInt8(p: LstmInteger, weights: LstmWeights): SimdPlan {
  const { depth, units } = p;
  const gateChannels = paddedChannels(units);
  const channels = GATES * gateChannels;
  const bias = joined(weights.bias, new Int32Array(channels));
  const ofInput = joined(weights.input, new Int8Array(channels * depth));
  const ofHidden = joined(weights.hidden, new Int8Array(channels * units));
  const input = rowMatrix(ofInput, channels, p.inputZeroPoint, bias);
  const hidden = rowMatrix(ofHidden, channels, p.hiddenZeroPoint, undefined);
  return {
    constants: [
      settingsOf(p, gateChannels, input, hidden),
      SIGMOID_POINTS,
      scalesOf(p),
      input.biases,
      input.packed,
      hidden.biases,
      hidden.packed,
    ],
    scratchBytes:
      spreadBytes(input.fours) + spreadBytes(hidden.fours) + channels * (2 * SUM_BYTES + GATE_BYTES),
    bind({ lstmInt8 }, { inputs: [data, hiddenState, cell], outputs: [output], scratch, constants }) {
      const [settings, points, scales, biases, packed, hiddenBiases, hiddenPacked] = constants;
      return () =>
        lstmInt8(
          settings,
          points,
          scales,
          biases,
          packed,
          hiddenBiases,
          hiddenPacked,
          scratch,
          data,
          hiddenState,
          cell,
          output,
        );
    },
  };
}
