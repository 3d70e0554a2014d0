import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { compares } from './elementwise/plain-pairs.ts';

export const COMPARISON_EMITTERS = {
  equal: { float32: compares('equal'), int8: NOT_YET, int32: compares('equal'), bool: compares('equal') },
  greater: { float32: compares('greater'), int8: NOT_YET, int32: compares('greater') },
  greater_equal: { float32: compares('greater_equal'), int8: NOT_YET, int32: compares('greater_equal') },
  less: { float32: compares('less'), int8: NOT_YET, int32: compares('less') },
  less_equal: { float32: compares('less_equal'), int8: NOT_YET, int32: compares('less_equal') },
  not_equal: {
    float32: compares('not_equal'),
    int8: NOT_YET,
    int32: compares('not_equal'),
    bool: compares('not_equal'),
  },
} satisfies EmitterRows;
