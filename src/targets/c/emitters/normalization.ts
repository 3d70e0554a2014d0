import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const NORMALIZATION_EMITTERS = {
  l2_normalization: { float32: NOT_YET, int8: NOT_YET },
  log_softmax: { float32: NOT_YET, int8: NOT_YET },
} satisfies EmitterRows;
