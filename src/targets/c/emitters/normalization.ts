import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { l2NormalizationInt8, logSoftmaxInt8 } from './rows/normalization.ts';

export const NORMALIZATION_EMITTERS = {
  l2_normalization: { float32: NOT_YET, int8: l2NormalizationInt8 },
  log_softmax: { float32: NOT_YET, int8: logSoftmaxInt8 },
} satisfies EmitterRows;
