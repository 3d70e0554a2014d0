import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { fullyConnectedInt8 } from './fully-connected.ts';
import { conv2dInt8 } from './images/conv-2d.ts';
import { depthwiseConv2dInt8 } from './images/depthwise-conv-2d.ts';
import { transposeConvInt8 } from './images/transpose-conv.ts';

export const WEIGHTED_EMITTERS = {
  batch_matmul: { float32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  conv_2d: { float32: NOT_YET, int8: conv2dInt8, int16: NOT_YET },
  depthwise_conv_2d: { float32: NOT_YET, int8: depthwiseConv2dInt8, int16: NOT_YET },
  fully_connected: { float32: NOT_YET, int8: fullyConnectedInt8, int16: NOT_YET },
  transpose_conv: { float32: NOT_YET, int8: transposeConvInt8, int16: NOT_YET },
} satisfies EmitterRows;
