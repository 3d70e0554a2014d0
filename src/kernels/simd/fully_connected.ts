import type { FullyConnectedFloat } from '../float/fully_connected.ts';
import type { FullyConnectedInt8 } from '../int8/fully_connected.ts';
import type { Int16Bias } from '../int16/channel-sums.ts';
import type { FullyConnectedInt16 } from '../int16/fully_connected.ts';
import { planProductInt8 } from './int8-product.ts';
import { pixelsInRows } from './int8-settings.ts';
import { planProductFloat, planProductInt16 } from './product.ts';
import type { SimdPlan } from './simd-plan.ts';
import { pixelByPixel } from './sliding-fields.ts';

/** Equal to `fullyConnectedInt8`; undefined for rows that are too long, and for weights with a zero point. */
export function planFullyConnectedInt8(
  p: FullyConnectedInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan | undefined {
  if (p.weightsZeroPoint !== 0) return undefined;
  return planProductInt8(p, pixelsInRows(p.batches), p.depth, weights, bias);
}

/** Equal to `fullyConnectedInt16`. */
export function planFullyConnectedInt16(
  p: FullyConnectedInt16,
  weights: Int8Array,
  bias: Int16Bias | undefined,
): SimdPlan | undefined {
  return planProductInt16(p, p.inputZeroPoint, pixelByPixel(p.batches), p.depth, weights, bias);
}

/** Equal to `fullyConnectedFloat`. */
export function planFullyConnectedFloat(
  p: FullyConnectedFloat,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan {
  return planProductFloat(p, p.units, pixelByPixel(p.batches), p.depth, weights, bias);
}
