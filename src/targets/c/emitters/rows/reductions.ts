import type { SumQuantized } from '../../../../kernels/quantized/sum.ts';
import { SUM_QUANTIZED } from '../../definitions/reductions.ts';
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
