import type { EmitterRows } from '../emitter.ts';
import { decodeLut } from './decode-lut.ts';

export const CODING_EMITTERS = {
  tflm_decode: { uint8: decodeLut },
} satisfies EmitterRows;
