import type { EmitterRows } from '../emitter.ts';
import { byGoal, ofBytes, whole } from './by-goal.ts';
import { conv2dCompact, depthwiseConv2dCompact, fullyConnectedCompact } from './compact/weighted.ts';
import { fullyConnectedInt8, symmetricOnly } from './fully-connected.ts';
import { conv2dInt8 } from './images/conv-2d.ts';
import { depthwiseConv2dInt8 } from './images/depthwise-conv-2d.ts';
import { transposeConvInt8 } from './images/transpose-conv.ts';
import { batchMatmulFloat, batchMatmulInt8, batchMatmulInt16 } from './matrices/batch-matmul.ts';
import { ifConstant } from './windows/if-constant.ts';
import {
  conv2dComputedInt8,
  conv2dFloat,
  conv2dInt16,
  depthwiseConv2dComputedInt8,
  depthwiseConv2dFloat,
  depthwiseConv2dInt16,
  fullyConnectedComputedInt8,
  fullyConnectedFloat,
  fullyConnectedInt16,
  transposeConvComputedInt8,
  transposeConvFloat,
  transposeConvInt16,
} from './windows/products.ts';

export const WEIGHTED_EMITTERS = {
  batch_matmul: { float32: batchMatmulFloat, int8: batchMatmulInt8, int16: batchMatmulInt16 },
  conv_2d: {
    float32: conv2dFloat,
    int8: ifConstant(
      byGoal(conv2dInt8, { size: ofBytes(conv2dCompact, conv2dInt8), speed: whole(conv2dInt8) }),
      conv2dComputedInt8,
    ),
    int16: conv2dInt16,
  },
  depthwise_conv_2d: {
    float32: depthwiseConv2dFloat,
    int8: ifConstant(
      byGoal(depthwiseConv2dInt8, {
        size: ofBytes(depthwiseConv2dCompact, depthwiseConv2dInt8),
        speed: whole(depthwiseConv2dInt8),
      }),
      depthwiseConv2dComputedInt8,
    ),
    int16: depthwiseConv2dInt16,
  },
  fully_connected: {
    float32: fullyConnectedFloat,
    int8: symmetricOnly(
      ifConstant(
        byGoal(fullyConnectedInt8, {
          size: ofBytes(fullyConnectedCompact, fullyConnectedInt8),
          speed: whole(fullyConnectedInt8),
        }),
        fullyConnectedComputedInt8,
      ),
    ),
    int16: fullyConnectedInt16,
  },
  transpose_conv: {
    float32: transposeConvFloat,
    int8: ifConstant(
      byGoal(transposeConvInt8, {
        size: ofBytes(transposeConvComputedInt8, transposeConvInt8),
        speed: whole(transposeConvInt8),
      }),
      transposeConvComputedInt8,
    ),
    int16: transposeConvInt16,
  },
} satisfies EmitterRows;
