import { rsqrtValue } from '../../../kernels/int8/one-value/rsqrt.ts';
import type { EmitterRows } from '../emitter.ts';
import { plainFunction, realFunction } from './elementwise/real-functions.ts';
import { absQuantized } from './elementwise/rescaling.ts';
import { table } from './elementwise/table.ts';
import { tabulated } from './elementwise/tabulated.ts';

export const MATH_EMITTERS = {
  abs: { float32: realFunction('abs'), int8: tabulated('abs', absQuantized), int16: absQuantized },
  ceil: { float32: realFunction('ceil') },
  cos: { float32: realFunction('cos') },
  exp: { float32: realFunction('exp') },
  floor: { float32: realFunction('floor') },
  log: { float32: realFunction('log') },
  neg: { float32: plainFunction('neg') },
  round: { float32: realFunction('round') },
  rsqrt: { float32: realFunction('rsqrt'), int8: table(rsqrtValue) },
  sin: { float32: realFunction('sin') },
  sqrt: { float32: realFunction('sqrt') },
  square: { float32: plainFunction('square') },
} satisfies EmitterRows;
