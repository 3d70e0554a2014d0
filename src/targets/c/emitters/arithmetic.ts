import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const ARITHMETIC_EMITTERS = {
  add: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  add_n: { float32: NOT_YET, int8: NOT_YET },
  cumsum: { float32: NOT_YET, int8: NOT_YET },
  div: { float32: NOT_YET, int32: NOT_YET, int8: NOT_YET },
  floor_div: { float32: NOT_YET },
  floor_mod: { float32: NOT_YET },
  maximum: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  minimum: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  mul: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
  squared_difference: { float32: NOT_YET, int32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  sub: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET, int32: NOT_YET },
} satisfies EmitterRows;
