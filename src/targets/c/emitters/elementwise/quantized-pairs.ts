import type { QuantizedDType } from '../../../../core/tensor.ts';
import type { CompareInt8 } from '../../../../kernels/int8/compare.ts';
import type { DivInt8 } from '../../../../kernels/int8/div.ts';
import type { PreluQuantized } from '../../../../kernels/quantized/prelu.ts';
import type { Condition } from '../../definitions/elements/plain-pairs.ts';
import { COMPARE_INT8, DIVIDE_INT8, PRELU_QUANTIZED } from '../../definitions/elements/quantized-pairs.ts';
import { pairwise } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';

export function quotientInt8(step: CStep<unknown, DivInt8>): Emission {
  const { prepared: p, constants, label } = step;
  const numbers = constants.addStruct(label, 'struct quotient', {
    zero_a: p.zeroPointA,
    zero_b: p.zeroPointB,
    multiplier: p.multiplier.multiplier,
    shift: p.multiplier.shift,
    ...limitsBeforeZeroPoint(p),
  });
  return pairwise(step, p.broadcast, DIVIDE_INT8, [`&${numbers}`]);
}

/** Whether something holds of the real numbers. */
export const comparesInt8 =
  (condition: Condition) =>
  (step: CStep<unknown, CompareInt8>): Emission => {
    const { prepared: p, constants, label } = step;
    const numbers = constants.addStruct(label, 'struct compared', {
      zero_a: p.a.zeroPoint,
      multiplier_a: p.a.multiplier.multiplier,
      shift_a: p.a.multiplier.shift,
      zero_b: p.b.zeroPoint,
      multiplier_b: p.b.multiplier.multiplier,
      shift_b: p.b.multiplier.shift,
    });
    return pairwise(step, p.broadcast, COMPARE_INT8(condition), [`&${numbers}`]);
  };

export function preluQuantized(step: CStep<unknown, PreluQuantized>): Emission {
  const { prepared: p, constants, label, outputs } = step;
  const numbers = constants.addStruct(label, 'struct prelu', {
    zero_in: p.inputZeroPoint,
    zero_slope: p.alphaZeroPoint,
    multiplier: p.identity.multiplier,
    shift: p.identity.shift,
    multiplier_below: p.product.multiplier,
    shift_below: p.product.shift,
    ...limitsBeforeZeroPoint(p),
  });
  const type = outputs[0].type.dtype as QuantizedDType;
  return pairwise(step, p.broadcast, PRELU_QUANTIZED(type), [`&${numbers}`]);
}
