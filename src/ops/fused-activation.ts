/** Activations that TFLite fuses into the operator before them. */

import * as z from 'zod';
import { roundHalfAway } from '../core/fixed-point.ts';
import type { PerTensorQuant } from '../core/quant-params.ts';
import { QUANTIZED_LIMITS, type QuantizedDType } from '../core/tensor.ts';

export const FUSED_ACTIVATIONS = ['none', 'relu', 'relu6', 'relu_n1_to_1'] as const;
export type FusedActivation = (typeof FUSED_ACTIVATIONS)[number];

export const fusedActivationSchema = z.enum(FUSED_ACTIVATIONS);

/** Inclusive limits of an output. */
export interface Clamp {
  readonly min: number;
  readonly max: number;
}

const FLOAT_LIMITS: Readonly<Record<FusedActivation, Clamp>> = {
  none: { min: -Infinity, max: Infinity },
  relu: { min: 0, max: Infinity },
  relu6: { min: 0, max: 6 },
  relu_n1_to_1: { min: -1, max: 1 },
};

export function floatClamp(activation: FusedActivation): Clamp {
  return FLOAT_LIMITS[activation];
}

/** `CalculateActivationRangeQuantized`, with its float32 division. */
export function quantizedClamp(
  activation: FusedActivation,
  dtype: QuantizedDType,
  output: PerTensorQuant,
): Clamp {
  const limits = QUANTIZED_LIMITS[dtype];
  const quantized = (real: number): number => {
    const steps = roundHalfAway(Math.fround(real / output.scale));
    return Math.max(limits.min, Math.min(limits.max, output.zeroPoint + steps));
  };
  const { min, max } = FLOAT_LIMITS[activation];
  return {
    min: min === -Infinity ? limits.min : quantized(min),
    max: max === Infinity ? limits.max : quantized(max),
  };
}
