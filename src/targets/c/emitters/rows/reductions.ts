import { elementCount } from '../../../../core/tensor.ts';
import type { ArgExtremum } from '../../../../kernels/arg_extremum.ts';
import type { SumQuantized } from '../../../../kernels/quantized/sum.ts';
import type { Reduced } from '../../../../kernels/reduce.ts';
import { floatLiteral } from '../../../firmware/c-literal.ts';
import { ARG_EXTREME, EXTREME, SUM_FLOAT, SUM_QUANTIZED } from '../../definitions/rows/reductions.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';
import { reduction } from '../../reduction.ts';

/** Sums and means, which the multiplier tells. */
export function sumQuantized(step: CStep<unknown, SumQuantized>): Emission {
  const { prepared: p, constants, label, outputs } = step;
  const numbers = constants.addStruct(label, 'struct quantized_sum', {
    zero_points: p.zeroPoints,
    multiplier: p.multiplier.multiplier,
    shift: p.multiplier.shift,
    ...limitsBeforeZeroPoint(p),
  });
  const type = outputs[0].type.dtype as 'int8' | 'int16';
  return reduction(step, p.reduced, SUM_QUANTIZED(type), [`&${numbers}`]);
}

const cName = ({ outputs }: CStep<unknown, unknown>): 'int8' | 'float' =>
  outputs[0].type.dtype === 'int8' ? 'int8' : 'float';

/** The largest or the least, of int8 and float32. */
export const extreme =
  (which: 'largest' | 'least') =>
  (step: CStep<unknown, Reduced>): Emission =>
    reduction(step, step.prepared, EXTREME(which, cName(step)));

export const sumFloat = (step: CStep<unknown, Reduced>): Emission =>
  reduction(step, step.prepared, SUM_FLOAT, ['1.0f']);

export function meanFloat(step: CStep<unknown, Reduced>): Emission {
  const { shape, axes } = step.prepared;
  const count = elementCount(axes.map((axis) => shape[axis]));
  return reduction(step, step.prepared, SUM_FLOAT, [floatLiteral(Math.fround(count))]);
}

/** Where the largest or the least is, of int8 and float32. */
export const argExtreme =
  (which: 'arg_max' | 'arg_min') =>
  ({ prepared: { outer, axis, inner }, inputs }: CStep<unknown, ArgExtremum>): Emission => {
    const definition = ARG_EXTREME(which, inputs[0]?.type.dtype === 'int8' ? 'int8' : 'float');
    return {
      definitions: [definition],
      call: (places) =>
        `${definition.name}(${[outer, axis, inner, places.input(0), places.output(0)].join(', ')});`,
    };
  };
