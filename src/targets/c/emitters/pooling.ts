import type { EmitterRows } from '../emitter.ts';
import { averagePool2dInt8, maxPool2dInt8 } from './images/pool-2d.ts';
import {
  averagePool2dFloat,
  averagePool2dInt16,
  l2Pool2dFloat,
  maxPool2dFloat,
  maxPool2dInt16,
} from './windows/pools.ts';

export const POOLING_EMITTERS = {
  average_pool_2d: { float32: averagePool2dFloat, int8: averagePool2dInt8, int16: averagePool2dInt16 },
  l2_pool_2d: { float32: l2Pool2dFloat },
  max_pool_2d: { float32: maxPool2dFloat, int8: maxPool2dInt8, int16: maxPool2dInt16 },
} satisfies EmitterRows;
