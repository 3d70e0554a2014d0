import type { FullyConnectedFloat } from '../float/fully_connected.ts';
import type { FullyConnectedInt8 } from '../int8/fully_connected.ts';
import { planProductFloat, planProductInt8 } from './product.ts';
import type { SimdPlan } from './simd-plan.ts';
import { pixelByPixel } from './sliding-fields.ts';

/** Equal to `fullyConnectedInt8`. */
export function planFullyConnectedInt8(
  p: FullyConnectedInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan {
  return planProductInt8(p, pixelByPixel(p.batches), p.depth, weights, bias);
}

/** Equal to `fullyConnectedFloat`. */
export function planFullyConnectedFloat(
  p: FullyConnectedFloat,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan {
  return planProductFloat(p, p.units, pixelByPixel(p.batches), p.depth, weights, bias);
}
