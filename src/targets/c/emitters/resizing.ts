import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const RESIZING_EMITTERS = {
  resize_bilinear: { float32: NOT_YET, int8: NOT_YET },
  resize_nearest_neighbor: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
} satisfies EmitterRows;
