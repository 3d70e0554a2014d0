import { type LimitTable, says } from './limit.ts';
import { types } from './signature.ts';

/** What ends a detector: boxes that overlap become one. */
export const DETECTION_LIMITS = {
  TFLITE_DETECTION_POSTPROCESS: {
    types: types('float32 float32 float32 -> float32 float32 float32 float32'),
    arduino: [says(() => true, 'What the kernel of its snapshot makes of this was never compared.')],
  },
} as const satisfies LimitTable;
