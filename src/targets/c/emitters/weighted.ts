import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { fullyConnectedInt8 } from './fully-connected.ts';

export const WEIGHTED_EMITTERS = {
  batch_matmul: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  conv_2d: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  depthwise_conv_2d: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  fully_connected: { float32: NOT_YET, int8: fullyConnectedInt8, int16: NOT_YET },
  transpose_conv: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
} satisfies EmitterRows;
