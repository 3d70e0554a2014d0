import type { EmitterRows } from '../emitter.ts';
import { argExtreme, extreme, meanFloat, sumFloat, sumQuantized } from './rows/reductions.ts';

export const REDUCTIONS_EMITTERS = {
  arg_max: { float32: argExtreme('arg_max'), int8: argExtreme('arg_max') },
  arg_min: { float32: argExtreme('arg_min'), int8: argExtreme('arg_min') },
  mean: { float32: meanFloat, int8: sumQuantized, int16: sumQuantized },
  reduce_max: { float32: extreme('largest'), int8: extreme('largest') },
  reduce_min: { float32: extreme('least'), int8: extreme('least') },
  sum: { float32: sumFloat, int8: sumQuantized, int16: sumQuantized },
} satisfies EmitterRows;
