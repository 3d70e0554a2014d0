import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { nearestNeighbor } from './movement/picks.ts';

export const RESIZING_EMITTERS = {
  resize_bilinear: { float32: NOT_YET, int8: NOT_YET },
  resize_nearest_neighbor: { float32: nearestNeighbor, int8: nearestNeighbor, int16: nearestNeighbor },
} satisfies EmitterRows;
