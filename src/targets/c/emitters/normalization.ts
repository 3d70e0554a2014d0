import type { EmitterRows } from '../emitter.ts';
import { l2NormalizationInt8, logSoftmaxInt8 } from './rows/normalization.ts';
import { l2NormalizationFloat, logSoftmaxFloat } from './rows/real-rows.ts';

export const NORMALIZATION_EMITTERS = {
  l2_normalization: { float32: l2NormalizationFloat, int8: l2NormalizationInt8 },
  log_softmax: { float32: logSoftmaxFloat, int8: logSoftmaxInt8 },
} satisfies EmitterRows;
