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
import { plainName, type Weights } from '../../coded/weights.ts';
import { type CElements, floatOf, type StructMembers } from '../../constant-pool.ts';
import { LSTM_FLOAT, LSTM_INTEGER } from '../../definitions/recurrent/lstm.ts';
import type { CStep, Emission, Places } from '../../emitter.ts';

const GATES = ['input_gate', 'forget_gate', 'cell_gate', 'output_gate'] as const;

/** No cell state is beyond it. */
const NO_CLIP = 32768;

/** The struct of a gate among the constants. */
interface Gate {
  readonly member: (typeof GATES)[number];
  readonly type: string;
  readonly name: string;
  /** By its members. */
  readonly weights: Readonly<Record<string, Weights>>;
}

/** `more` of each gate besides its operands. */
function addGates(
  { label, inputs, constants }: CStep<unknown, LstmShape>,
  type: string,
  more: (gate: number) => StructMembers,
): readonly Gate[] {
  const array = (name: string, position: number): Weights => {
    const data = inputs[position]?.data;
    if (data === undefined)
      throw unsupportedError('no-standalone-c', 'has weights or biases that are computed');
    return data instanceof Int8Array
      ? constants.addWeights(name, data)
      : { are: 'plain', name: constants.add(name, data as CElements) };
  };
  return GATES.map((member, gate) => {
    const named = (name: string): string => `${label}_${member}_${name}`;
    const weights = {
      input_weights: array(named('input_weights'), INPUT_WEIGHTS + gate),
      hidden_weights: array(named('hidden_weights'), HIDDEN_WEIGHTS + gate),
    };
    const members = {
      input_weights: plainName(weights.input_weights),
      hidden_weights: plainName(weights.hidden_weights),
      biases: plainName(array(named('biases'), BIASES + gate)),
      ...more(gate),
    };
    return { member, type, name: constants.addStruct(`${label}_${member}`, type, members), weights };
  });
}

/** The gates as members of the struct of the layer. */
function gateMembers(gates: readonly Gate[]): StructMembers {
  return Object.fromEntries(gates.map(({ member, name }) => [member, `&${name}`]));
}

/** Statements that take a pointer to the struct of the layer: of decoded weights, to copies that know where they lie. */
function withGates(
  gates: readonly Gate[],
  type: string,
  name: string,
  places: Places,
  statements: (lstm: string) => string,
): string {
  const decoded = gates.flatMap((gate) => {
    const coded = Object.entries(gate.weights).filter(([, { are }]) => are === 'coded');
    return coded.length === 0 ? [] : [{ ...gate, coded }];
  });
  if (decoded.length === 0) return statements(`&${name}`);
  const copies = decoded.map((gate) => `  ${gate.type} ${gate.member} = ${gate.name};\n`);
  const pointers = decoded.flatMap(({ member, coded }) => [
    ...coded.map(([weights, own]) => `  ${member}.${weights} = ${places.weights(own)};\n`),
    `  lstm.${member} = &${member};\n`,
  ]);
  return `{
  struct ${type} lstm = ${name};
${copies.join('')}
${pointers.join('')}${statements('&lstm').replace(/^(?=.)/gm, '  ')}
}`;
}

/** Every step of every sequence. */
function emission(
  { prepared: p, constants, label }: CStep<unknown, LstmShape>,
  definition: CDefinition,
  gates: readonly Gate[],
  members: StructMembers,
  gateType: 'float' | 'int16_t',
  gateBytes: number,
): Emission {
  const { batches, steps, depth, units, timeMajor } = p;
  const name = constants.addStruct(`${label}_lstm`, `struct ${definition.name}`, {
    ...gateMembers(gates),
    ...members,
  });
  const isOne = batches === 1;
  const both = timeMajor ? `(step * ${batches} + batch)` : `(batch * ${steps} + step)`;
  const row = isOne ? 'step' : both;
  const ofBatch = isOne ? '' : ` + batch * ${units}`;
  return {
    definitions: [definition],
    scratchBytes: GATES.length * units * gateBytes,
    call(places) {
      const args = (lstm: string): readonly string[] => [
        lstm,
        `(${gateType} *)(${places.scratch})`,
        `${places.input(0)} + ${row} * ${depth}`,
        `${places.state(HIDDEN)}${ofBatch}`,
        `${places.state(CELL)}${ofBatch}`,
        `${places.output(0)} + ${row} * ${units}`,
      ];
      return withGates(gates, definition.name, name, places, (lstm) => {
        const loop = `for (int32_t step = 0; step < ${steps}; step++) {
  ${definition.name}(${args(lstm).join(', ')});
}`;
        if (isOne) return loop;
        return `for (int32_t batch = 0; batch < ${batches}; batch++) {\n${loop.replace(/^/gm, '  ')}\n}`;
      });
    },
  };
}

export function lstmFloat(step: CStep<unknown, LstmFloat>): Emission {
  const { depth, units, cellClip } = step.prepared;
  const gates = addGates(step, 'struct lstm_gate_float', () => ({}));
  const members = { depth, units, cell_clip: floatOf(cellClip) };
  return emission(step, LSTM_FLOAT, gates, members, 'float', 4);
}

function scaling({ multiplier, shift }: QuantizedMultiplier): readonly number[] {
  return [multiplier, shift];
}

function lstmInteger(step: CStep<unknown, LstmInteger>, type: 'int8' | 'int16'): Emission {
  const { prepared: p } = step;
  const ofSum = ({ multiplier, shift }: QuantizedMultiplier): readonly number[] =>
    scaling({ multiplier: p.isWide ? reducedMultiplier(multiplier) : multiplier, shift });
  const gates = addGates(step, `struct lstm_gate_${type}`, (gate) => ({
    input: ofSum(p.gates[gate].input),
    hidden: ofSum(p.gates[gate].hidden),
  }));
  const cell = argumentOfPower(p.cellPower);
  const members = {
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
  return emission(step, LSTM_INTEGER[type], gates, members, 'int16_t', 2);
}

export function lstmInt8(step: CStep<unknown, LstmInteger>): Emission {
  return lstmInteger(step, 'int8');
}

export function lstmInt16(step: CStep<unknown, LstmInteger>): Emission {
  return lstmInteger(step, 'int16');
}
