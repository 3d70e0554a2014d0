import type { EmitterRows } from '../emitter.ts';
import { cast } from './elementwise/plain-elements.ts';
import { dequantize, quantizeFloat } from './elementwise/real-numbers.ts';
import { rescaling } from './elementwise/rescaling.ts';
import { tabulated } from './elementwise/tabulated.ts';

export const QUANTIZATION_EMITTERS = {
  cast: { float32: cast, int8: cast, int16: cast, int32: cast, bool: cast },
  dequantize: { int8: dequantize, int16: dequantize, uint8: dequantize },
  quantize: {
    float32: quantizeFloat,
    int8: tabulated('quantize', rescaling),
    int16: rescaling,
    int32: rescaling,
    uint8: rescaling,
  },
} satisfies EmitterRows;
