import { eluValue } from '../../../kernels/int8/one-value/elu.ts';
import { hardSwishValue } from '../../../kernels/int8/one-value/hard_swish.ts';
import { logisticValue, tanhValue } from '../../../kernels/int8/one-value/q4-function.ts';
import type { EmitterRows } from '../emitter.ts';
import { realPair } from './elementwise/plain-arithmetic.ts';
import { preluQuantized } from './elementwise/quantized-pairs.ts';
import { clampFloat, leakyReluFloat, plainFunction, realFunction } from './elementwise/real-functions.ts';
import { leakyReluQuantized, relu6Quantized, rescaling } from './elementwise/rescaling.ts';
import { logisticInt16, tanhInt16 } from './elementwise/sigmoids.ts';
import { table } from './elementwise/table.ts';
import { tabulated } from './elementwise/tabulated.ts';
import { softmaxFloat } from './rows/real-rows.ts';
import { softmaxInt8, softmaxInt16 } from './rows/softmax.ts';

export const ACTIVATIONS_EMITTERS = {
  elu: { float32: realFunction('elu'), int8: table(eluValue) },
  hard_swish: { float32: plainFunction('hard_swish'), int8: table(hardSwishValue) },
  leaky_relu: {
    float32: leakyReluFloat,
    int8: tabulated('leaky_relu', leakyReluQuantized),
    int16: leakyReluQuantized,
  },
  logistic: { float32: realFunction('logistic'), int8: table(logisticValue), int16: logisticInt16 },
  prelu: { float32: realPair('prelu'), int8: tabulated('prelu', preluQuantized), int16: preluQuantized },
  relu: { float32: clampFloat(0, Infinity), int8: tabulated('relu', rescaling), int16: rescaling },
  relu6: { float32: clampFloat(0, 6), int8: tabulated('relu6', relu6Quantized), int16: relu6Quantized },
  softmax: { float32: softmaxFloat, int8: softmaxInt8, int16: softmaxInt16 },
  tanh: { float32: realFunction('tanh'), int8: table(tanhValue), int16: tanhInt16 },
} satisfies EmitterRows;
