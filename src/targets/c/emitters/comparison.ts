import type { EmitterRows } from '../emitter.ts';
import { compares } from './elementwise/plain-pairs.ts';
import { comparesInt8 } from './elementwise/quantized-pairs.ts';

export const COMPARISON_EMITTERS = {
  equal: {
    float32: compares('equal'),
    int8: comparesInt8('equal'),
    int32: compares('equal'),
    bool: compares('equal'),
  },
  greater: { float32: compares('greater'), int8: comparesInt8('greater'), int32: compares('greater') },
  greater_equal: {
    float32: compares('greater_equal'),
    int8: comparesInt8('greater_equal'),
    int32: compares('greater_equal'),
  },
  less: { float32: compares('less'), int8: comparesInt8('less'), int32: compares('less') },
  less_equal: {
    float32: compares('less_equal'),
    int8: comparesInt8('less_equal'),
    int32: compares('less_equal'),
  },
  not_equal: {
    float32: compares('not_equal'),
    int8: comparesInt8('not_equal'),
    int32: compares('not_equal'),
    bool: compares('not_equal'),
  },
} satisfies EmitterRows;
