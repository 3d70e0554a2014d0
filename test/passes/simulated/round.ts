/** Numbers of a float graph that are rounded to a scale, as quantized files of other tools have them. */

import { type PerTensorQuant, perTensor } from '../../../src/core/quant-params.ts';
import type { QuantizedDType } from '../../../src/core/tensor.ts';
import type { ValueId } from '../../../src/ir/graph.ts';
import type { FloatBuilder } from '../run-pass.ts';

export const WIDE = perTensor(1 / 16, -5);
export const FINE = perTensor(1 / 32, -128);

/** Through a QUANTIZE and a DEQUANTIZE. */
export function round(
  builder: FloatBuilder,
  value: ValueId,
  quant: PerTensorQuant,
  dtype: QuantizedDType = 'int8',
): ValueId {
  const integers = builder.quantize(`q${value}`, value, { dtype, quant });
  return builder.add('dequantize', `d${value}`, {}, [integers], 'float32');
}
