import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { averagePool2dInt8, maxPool2dInt8 } from './images/pool-2d.ts';

export const POOLING_EMITTERS = {
  average_pool_2d: { float32: NOT_YET, int8: averagePool2dInt8, int16: NOT_YET },
  l2_pool_2d: { float32: NOT_YET },
  max_pool_2d: { float32: NOT_YET, int8: maxPool2dInt8, int16: NOT_YET },
} satisfies EmitterRows;
