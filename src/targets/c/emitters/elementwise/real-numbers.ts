import type { PerTensorQuant } from '../../../../core/quant-params.ts';
import type { QuantizedFloat } from '../../../../kernels/int8/quantize.ts';
import { floatLiteral } from '../../../firmware/c-literal.ts';
import { DEQUANTIZE, QUANTIZE_FLOAT } from '../../definitions/elements/real-numbers.ts';
import { unary } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';

export function quantizeFloat(step: CStep<unknown, QuantizedFloat>): Emission {
  const { scale, zeroPoint, min, max } = step.prepared;
  const type = step.outputs[0].type.dtype as 'int8' | 'int16';
  return unary(step, QUANTIZE_FLOAT(type), [floatLiteral(scale), ...[zeroPoint, min, max].map(String)]);
}

export function dequantize(step: CStep<unknown, PerTensorQuant>): Emission {
  const { scale, zeroPoint } = step.prepared;
  const type = step.inputs[0]?.type.dtype as 'int8' | 'int16' | 'uint8';
  return unary(step, DEQUANTIZE(type), [floatLiteral(scale), String(zeroPoint)]);
}
