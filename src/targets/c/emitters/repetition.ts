import type { EmitterRows } from '../emitter.ts';
import { strided } from './movement/strided.ts';
import { zeros } from './zeros.ts';

export const REPETITION_EMITTERS = {
  broadcast_to: { float32: strided, int8: strided, int16: strided, int32: strided, bool: strided },
  fill: { float32: strided, int8: strided, int32: strided },
  tile: { float32: strided, int8: strided, int32: strided, bool: strided },
  zeros_like: { float32: zeros, int8: zeros, int32: zeros },
} satisfies EmitterRows;
