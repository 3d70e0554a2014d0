import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { sumQuantized } from './rows/reductions.ts';

export const REDUCTIONS_EMITTERS = {
  arg_max: { float32: NOT_YET, int8: NOT_YET },
  arg_min: { float32: NOT_YET, int8: NOT_YET },
  mean: { float32: NOT_YET, int8: sumQuantized, int16: sumQuantized },
  reduce_max: { float32: NOT_YET, int8: NOT_YET },
  reduce_min: { float32: NOT_YET, int8: NOT_YET },
  sum: { float32: NOT_YET, int8: sumQuantized, int16: sumQuantized },
} satisfies EmitterRows;
