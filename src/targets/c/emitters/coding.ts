import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const CODING_EMITTERS = {
  tflm_decode: { uint8: NOT_YET },
} satisfies EmitterRows;
