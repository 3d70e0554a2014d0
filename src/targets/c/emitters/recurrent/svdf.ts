/** SVDF */

import type { SvdfFloat } from '../../../../kernels/recurrent/svdf-float.ts';
import type { SvdfInt8 } from '../../../../kernels/recurrent/svdf-int8.ts';
import type { SvdfShape } from '../../../../kernels/recurrent/svdf-shape.ts';
import { floatOf, literalOf } from '../../constant-pool.ts';
import { SVDF_FLOAT, SVDF_INTEGER } from '../../definitions/recurrent/svdf.ts';
import type { CStep, Emission, Places } from '../../emitter.ts';

const [FEATURES, TIMES, BIAS, STATE] = [1, 2, 3, 4];

function addShape({ label, prepared: p, constants }: CStep<unknown, SvdfShape>): string {
  const { batches, depth, filters, memory, rank } = p;
  return constants.addStruct(`${label}_svdf`, 'struct svdf', { batches, depth, filters, memory, rank });
}

function operands({ inputs }: CStep<unknown, SvdfShape>, places: Places): string {
  const bias = inputs[BIAS] === undefined ? 'NULL' : places.input(BIAS);
  const [input, output] = [places.input(0), places.output(0)];
  return [places.input(FEATURES), places.input(TIMES), bias, input, places.state(STATE), output].join(', ');
}

export function svdfFloat(step: CStep<unknown, SvdfFloat>): Emission {
  const shape = addShape(step);
  const { clampMin, clampMax } = step.prepared;
  return {
    definitions: [SVDF_FLOAT],
    call: (places) =>
      `svdf_float(&${shape}, ${floatOf(clampMin)}, ${floatOf(clampMax)}, ${operands(step, places)});`,
  };
}

export function svdfInteger(step: CStep<unknown, SvdfInt8>): Emission {
  const { prepared: p, label, constants, inputs } = step;
  const definition = SVDF_INTEGER[inputs[STATE]?.type.dtype === 'int8' ? 'int8' : 'int16'];
  const shape = addShape(step);
  const scales = constants.addStruct(`${label}_scales`, `struct ${definition.name}_scales`, {
    input_zero: p.inputZeroPoint,
    feature_multiplier: literalOf(p.feature.multiplier),
    feature_shift: p.feature.shift,
    state_zero: p.stateZeroPoint,
    state_least: p.stateMin,
    state_most: p.stateMax,
    time_multiplier: literalOf(p.time.multiplier),
    time_shift: p.time.shift,
    zero_out: p.outputZeroPoint,
    least: -128 - p.outputZeroPoint,
    most: 127 - p.outputZeroPoint,
  });
  return {
    definitions: [definition],
    call: (places) => `${definition.name}(&${shape}, &${scales}, ${operands(step, places)});`,
  };
}
