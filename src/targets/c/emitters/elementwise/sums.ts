import { elementCount } from '../../../../core/tensor.ts';
import type { Cumulation } from '../../../../kernels/cumulation.ts';
import type { SumsInt8 } from '../../../../kernels/int8/sums.ts';
import { ADD_N, CUMSUM } from '../../definitions/elements/sums.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';

function numbersOf({ constants, label, prepared: p }: CStep<unknown, SumsInt8>): string {
  return constants.addStruct(label, 'struct sum_of_many', {
    zero_in: p.zeroPoint,
    multiplier_in: p.inputMultiplier.multiplier,
    shift_in: p.inputMultiplier.shift,
    multiplier: p.outputMultiplier.multiplier,
    shift: p.outputMultiplier.shift,
    ...limitsBeforeZeroPoint(p),
  });
}

function sumOfAll(
  { label, inputs, outputs }: CStep<unknown, unknown>,
  type: 'int8' | 'float',
  args: readonly string[],
): Emission {
  const definition = ADD_N(type);
  const count = elementCount(outputs[0].type.shape);
  const element = type === 'int8' ? 'int8_t' : 'float';
  return {
    definitions: [definition],
    inPlace: [...inputs.keys()],
    call(places) {
      const all = [...args, `${label}_terms`, inputs.length, places.output(0), count];
      return `{
  const ${element} *const ${label}_terms[] = {${inputs.map((_, position) => places.input(position)).join(', ')}};
  ${definition.name}(${all.join(', ')});
}`;
    },
  };
}

export const addNFloat = (step: CStep<unknown, unknown>): Emission => sumOfAll(step, 'float', []);
export const addNInt8 = (step: CStep<unknown, SumsInt8>): Emission =>
  sumOfAll(step, 'int8', [`&${numbersOf(step)}`]);

function sumsAlong(
  { label, constants }: CStep<unknown, unknown>,
  { outer, axis, inner, exclusive, reverse }: Cumulation,
  type: 'int8' | 'float',
  args: readonly string[],
): Emission {
  const definition = CUMSUM(type);
  const along = constants.addStruct(`${label}_axes`, 'struct cumulation', {
    outer,
    axis,
    inner,
    first: reverse ? (axis - 1) * inner : 0,
    step: reverse ? -inner : inner,
    exclusive: exclusive ? 1 : 0,
  });
  return {
    definitions: [definition],
    inPlace: [0],
    call: (places) =>
      `${definition.name}(${[`&${along}`, ...args, places.input(0), places.output(0)].join(', ')});`,
  };
}

export const cumsumFloat = (step: CStep<unknown, Cumulation>): Emission =>
  sumsAlong(step, step.prepared, 'float', []);
export const cumsumInt8 = (step: CStep<unknown, SumsInt8 & { readonly cumulation: Cumulation }>): Emission =>
  sumsAlong(step, step.prepared.cumulation, 'int8', [`&${numbersOf(step)}`]);
