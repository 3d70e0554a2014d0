import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { dequantize, quantizeFloat } from './elementwise/real-numbers.ts';
import { rescaling } from './elementwise/rescaling.ts';

export const QUANTIZATION_EMITTERS = {
  cast: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  dequantize: { int8: dequantize, int16: dequantize, uint8: dequantize },
  quantize: { float32: quantizeFloat, int8: rescaling, int16: rescaling, int32: rescaling, uint8: rescaling },
} satisfies EmitterRows;
