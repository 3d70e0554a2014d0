import { rsqrtValue } from '../../../kernels/int8/one-value/rsqrt.ts';
import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { absQuantized } from './elementwise/rescaling.ts';
import { table } from './elementwise/table.ts';

export const MATH_EMITTERS = {
  abs: { float32: NOT_YET, int8: absQuantized, int16: absQuantized },
  ceil: { float32: NOT_YET },
  cos: { float32: NOT_YET },
  exp: { float32: NOT_YET },
  floor: { float32: NOT_YET },
  log: { float32: NOT_YET },
  neg: { float32: NOT_YET },
  round: { float32: NOT_YET },
  rsqrt: { float32: NOT_YET, int8: table(rsqrtValue) },
  sin: { float32: NOT_YET },
  sqrt: { float32: NOT_YET },
  square: { float32: NOT_YET },
} satisfies EmitterRows;
