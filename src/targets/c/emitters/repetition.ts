import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const REPETITION_EMITTERS = {
  broadcast_to: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  fill: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET },
  tile: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  zeros_like: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET },
} satisfies EmitterRows;
