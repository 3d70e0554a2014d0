/** UNIDIRECTIONAL_SEQUENCE_LSTM */

import { unsupportedError } from '../../../../core/errors.ts';
import { type QuantizedMultiplier, reducedMultiplier } from '../../../../core/fixed-point.ts';
import { argumentOfPower } from '../../../../kernels/int16/sigmoid.ts';
import type { LstmFloat } from '../../../../kernels/recurrent/lstm-float.ts';
import type { LstmInteger } from '../../../../kernels/recurrent/lstm-integer.ts';
import {
  BIASES,
  CELL,
  HIDDEN,
  HIDDEN_WEIGHTS,
  INPUT_WEIGHTS,
  type LstmShape,
} from '../../../../kernels/recurrent/lstm-shape.ts';
import type { CDefinition } from '../../c-code.ts';
import { type CElements, floatOf, type StructMembers } from '../../constant-pool.ts';
import { LSTM_FLOAT, LSTM_INTEGER } from '../../definitions/recurrent/lstm.ts';
import type { CStep, Emission } from '../../emitter.ts';

const GATES = ['input_gate', 'forget_gate', 'cell_gate', 'output_gate'] as const;

/** No cell state is beyond it. */
const NO_CLIP = 32768;

/** The structs of the gates as members of that of the layer; `more` of each besides its operands. */
function gateMembers(
  { label, inputs, constants }: CStep<unknown, LstmShape>,
  type: string,
  more: (gate: number) => StructMembers,
): StructMembers {
  const array = (name: string, gate: number, position: number): string => {
    const data = inputs[position]?.data;
    if (data === undefined)
      throw unsupportedError('no-standalone-c', 'has weights or biases that are computed');
    return constants.add(`${label}_${GATES[gate]}_${name}`, data as CElements);
  };
  return Object.fromEntries(
    GATES.map((name, gate) => {
      const members = {
        input_weights: array('input_weights', gate, INPUT_WEIGHTS + gate),
        hidden_weights: array('hidden_weights', gate, HIDDEN_WEIGHTS + gate),
        biases: array('biases', gate, BIASES + gate),
        ...more(gate),
      };
      return [name, `&${constants.addStruct(`${label}_${name}`, type, members)}`];
    }),
  );
}

/** Every step of every sequence. */
function emission(
  { prepared: p, constants, label }: CStep<unknown, LstmShape>,
  definition: CDefinition,
  members: StructMembers,
  gateType: 'float' | 'int16_t',
  gateBytes: number,
): Emission {
  const { batches, steps, depth, units, timeMajor } = p;
  const name = constants.addStruct(`${label}_lstm`, `struct ${definition.name}`, members);
  const isOne = batches === 1;
  const both = timeMajor ? `(step * ${batches} + batch)` : `(batch * ${steps} + step)`;
  const row = isOne ? 'step' : both;
  const ofBatch = isOne ? '' : ` + batch * ${units}`;
  return {
    definitions: [definition],
    scratchBytes: GATES.length * units * gateBytes,
    call(places) {
      const args = [
        `&${name}`,
        `(${gateType} *)(${places.scratch})`,
        `${places.input(0)} + ${row} * ${depth}`,
        `${places.state(HIDDEN)}${ofBatch}`,
        `${places.state(CELL)}${ofBatch}`,
        `${places.output(0)} + ${row} * ${units}`,
      ];
      const loop = `for (int32_t step = 0; step < ${steps}; step++) {
  ${definition.name}(${args.join(', ')});
}`;
      if (isOne) return loop;
      return `for (int32_t batch = 0; batch < ${batches}; batch++) {\n${loop.replace(/^/gm, '  ')}\n}`;
    },
  };
}

export function lstmFloat(step: CStep<unknown, LstmFloat>): Emission {
  const { depth, units, cellClip } = step.prepared;
  const gates = gateMembers(step, 'struct lstm_gate_float', () => ({}));
  const members = { ...gates, depth, units, cell_clip: floatOf(cellClip) };
  return emission(step, LSTM_FLOAT, members, 'float', 4);
}

function scaling({ multiplier, shift }: QuantizedMultiplier): readonly number[] {
  return [multiplier, shift];
}

function lstmInteger(step: CStep<unknown, LstmInteger>, type: 'int8' | 'int16'): Emission {
  const { prepared: p } = step;
  const ofSum = ({ multiplier, shift }: QuantizedMultiplier): readonly number[] =>
    scaling({ multiplier: p.isWide ? reducedMultiplier(multiplier) : multiplier, shift });
  const gates = gateMembers(step, `struct lstm_gate_${type}`, (gate) => ({
    input: ofSum(p.gates[gate].input),
    hidden: ofSum(p.gates[gate].hidden),
  }));
  const cell = argumentOfPower(p.cellPower);
  const members = {
    ...gates,
    depth: p.depth,
    units: p.units,
    input_zero: p.inputZeroPoint,
    hidden_zero: p.hiddenZeroPoint,
    least: p.hiddenMin - p.hiddenZeroPoint,
    most: p.hiddenMax - p.hiddenZeroPoint,
    cell_clip: Math.min(p.cellClip, NO_CLIP),
    cell_multiplier: cell.multiplier,
    cell_right_shift: cell.rightShift,
    forgotten: scaling(p.forgotten),
    incoming: scaling(p.incoming),
    outgoing: scaling(p.outgoing),
  };
  return emission(step, LSTM_INTEGER[type], members, 'int16_t', 2);
}

export function lstmInt8(step: CStep<unknown, LstmInteger>): Emission {
  return lstmInteger(step, 'int8');
}

export function lstmInt16(step: CStep<unknown, LstmInteger>): Emission {
  return lstmInteger(step, 'int16');
}
