/** The methods of quantization by name. */

import { equalizeChannels } from '../../passes/quantize/methods/equalize-channels.ts';
import { headroom } from '../../passes/quantize/methods/headroom.ts';
import type { Method } from '../../passes/quantize/methods/method.ts';
import { biasCorrection, compensatedRounding } from '../../passes/quantize/methods/rounding.ts';
import { mseWeights, weightedMseWeights } from '../../passes/quantize/methods/weight-scales.ts';
import type { MethodName } from './method-names.ts';

export const METHODS: Readonly<Record<MethodName, Method>> = {
  'equalize-channels': equalizeChannels,
  headroom,
  'mse-weights': mseWeights,
  'weighted-mse-weights': weightedMseWeights,
  'bias-correction': biasCorrection,
  'compensated-rounding': compensatedRounding,
};
