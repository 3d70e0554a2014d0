/** Activations that TFLite fuses into the operator before them. */

import * as z from 'zod';
import { unsupportedError } from '../core/errors.ts';
import { INT32_MAX, roundHalfAway } from '../core/fixed-point.ts';
import type { PerTensorQuant } from '../core/quant-params.ts';
import { isQuantizedDType, QUANTIZED_LIMITS, type QuantizedDType, type TensorType } from '../core/tensor.ts';

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

/** No zero point is farther from 0. */
const FARTHEST_ZERO_POINT = 32768;

/** `no_integer_overflow_from_quantization` of kernel_util.cc: a limit has to be so many steps as int32 holds. */
export function requireLimitSteps(activation: FusedActivation, { dtype, quant }: TensorType): void {
  if (!isQuantizedDType(dtype) || quant?.scheme !== 'per-tensor') return;
  const { min, max } = FLOAT_LIMITS[activation];
  const farthest = Math.max(...[min, max].filter(Number.isFinite).map(Math.abs), 0);
  if (!(Math.fround(farthest / quant.scale) > INT32_MAX - FARTHEST_ZERO_POINT)) return;
  throw unsupportedError(
    'output-scale',
    `the scale ${quant.scale} is so small that the limit ${farthest} of its activation leaves 32 bits, which TensorFlow Lite Micro refuses`,
  );
}
