import type { QuantizedDType } from '../../../../core/tensor.ts';
import type { Rescaling } from '../../../../kernels/int8/quantize.ts';
import type { AbsQuantized } from '../../../../kernels/quantized/abs.ts';
import type { LeakyReluQuantized } from '../../../../kernels/quantized/leaky_relu.ts';
import type { Relu6Quantized } from '../../../../kernels/quantized/relu6.ts';
import { C_TYPES } from '../../c-code.ts';
import {
  ABS_QUANTIZED,
  CLAMP_ALL,
  LEAKY_RELU_QUANTIZED,
  RESCALE,
} from '../../definitions/elements/rescaling.ts';
import { unary } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';

/** 1 as `quantizeMultiplier` writes it: it changes no number of less than 30 bits. */
const ONE = { multiplier: 2 ** 30, shift: 1 };

function typesOf({ inputs, outputs }: CStep<unknown, unknown>) {
  return [inputs[0], outputs[0]].map((tensor) => C_TYPES[(tensor ?? outputs[0]).type.dtype]);
}

function isOne({ multiplier: { multiplier, shift } }: Rescaling): boolean {
  return multiplier === ONE.multiplier && shift === ONE.shift;
}

function numbersOf({ prepared: p, constants, label }: CStep<unknown, Rescaling>): string {
  return constants.addStruct(label, 'struct rescaling', {
    zero_in: p.inputZeroPoint,
    multiplier: p.multiplier.multiplier,
    shift: p.multiplier.shift,
    ...limitsBeforeZeroPoint(p),
  });
}

/** From one scale to another, and where that is the same one from the least to the most. */
export function rescaling(step: CStep<unknown, Rescaling>): Emission {
  const { prepared: p } = step;
  const [from, to] = typesOf(step);
  if (from === to && from !== 'int32_t' && isOne(p) && p.inputZeroPoint === p.outputZeroPoint)
    return unary(step, CLAMP_ALL(from), [String(p.clampMin), String(p.clampMax)]);
  return unary(step, RESCALE(from, to), [`&${numbersOf(step)}`]);
}

export function absQuantized(step: CStep<unknown, AbsQuantized>): Emission {
  const { prepared: p } = step;
  const numbers = numbersOf({ ...step, prepared: { ...p, multiplier: p.multiplier ?? ONE } });
  return unary(step, ABS_QUANTIZED(step.outputs[0].type.dtype as QuantizedDType), [`&${numbers}`]);
}

export function leakyReluQuantized(step: CStep<unknown, LeakyReluQuantized>): Emission {
  const { prepared: p, constants, label, outputs } = step;
  const numbers = constants.addStruct(label, 'struct leaky_relu', {
    zero_in: p.inputZeroPoint,
    multiplier: p.identity.multiplier,
    shift: p.identity.shift,
    multiplier_below: p.alpha.multiplier,
    shift_below: p.alpha.shift,
    sign_below: p.alphaSign,
    ...limitsBeforeZeroPoint(p),
  });
  return unary(step, LEAKY_RELU_QUANTIZED(outputs[0].type.dtype as QuantizedDType), [`&${numbers}`]);
}

export function relu6Quantized(step: CStep<unknown, Relu6Quantized>): Emission {
  const { zeroPoint, six } = step.prepared;
  return unary(step, CLAMP_ALL(typesOf(step)[0]), [String(zeroPoint), String(six)]);
}
