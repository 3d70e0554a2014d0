import type { EmitterRows } from '../emitter.ts';
import { resizeBilinearFloat, resizeBilinearInt8 } from './bilinear.ts';
import { nearestNeighbor } from './movement/picks.ts';

export const RESIZING_EMITTERS = {
  resize_bilinear: { float32: resizeBilinearFloat, int8: resizeBilinearInt8 },
  resize_nearest_neighbor: { float32: nearestNeighbor, int8: nearestNeighbor, int16: nearestNeighbor },
} satisfies EmitterRows;
