import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const POOLING_EMITTERS = {
  average_pool_2d: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  l2_pool_2d: { float32: NOT_YET },
  max_pool_2d: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
} satisfies EmitterRows;
