/** The methods of quantization by name. */

import { equalizeChannels } from '../../passes/quantize/methods/equalize-channels.ts';
import { extremeValues } from '../../passes/quantize/methods/extreme-values.ts';
import { fineTune } from '../../passes/quantize/methods/fine-tune.ts';
import { headroom } from '../../passes/quantize/methods/headroom.ts';
import type { Method } from '../../passes/quantize/methods/method.ts';
import { movingAverage } from '../../passes/quantize/methods/moving-average.ts';
import { mseRanges } from '../../passes/quantize/methods/mse-ranges.ts';
import { percentile } from '../../passes/quantize/methods/percentile.ts';
import { biasCorrection, compensatedRounding } from '../../passes/quantize/methods/rounding.ts';
import { searchRanges } from '../../passes/quantize/methods/search-ranges.ts';
import { mseWeights, weightedMseWeights } from '../../passes/quantize/methods/weight-scales.ts';
import type { MethodName } from './method-names.ts';

export const METHODS: Readonly<Record<MethodName, Method>> = {
  'equalize-channels': equalizeChannels,
  'moving-average': movingAverage,
  percentile,
  'mse-ranges': mseRanges,
  'extreme-values': extremeValues,
  headroom,
  'mse-weights': mseWeights,
  'weighted-mse-weights': weightedMseWeights,
  'bias-correction': biasCorrection,
  'compensated-rounding': compensatedRounding,
  'search-ranges': searchRanges,
  'fine-tune': fineTune,
};
