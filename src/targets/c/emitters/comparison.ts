import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const COMPARISON_EMITTERS = {
  equal: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET, bool: NOT_YET },
  greater: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET },
  greater_equal: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET },
  less: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET },
  less_equal: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET },
  not_equal: { float32: NOT_YET, int8: NOT_YET, int32: NOT_YET, bool: NOT_YET },
} satisfies EmitterRows;
