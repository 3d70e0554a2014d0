import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const QUANTIZATION_EMITTERS = {
  cast: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  dequantize: { int8: NOT_YET, int16: NOT_YET, uint8: NOT_YET },
  quantize: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, uint8: NOT_YET },
} satisfies EmitterRows;
