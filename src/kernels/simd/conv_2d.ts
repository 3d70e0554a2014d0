import type { ConvFloat } from '../float/conv_2d.ts';
import type { ConvInt8 } from '../int8/conv_2d.ts';
import type { Int16Bias } from '../int16/channel-sums.ts';
import type { ConvInt16 } from '../int16/conv_2d.ts';
import { planProductInt8 } from './int8-product.ts';
import { planProductFloat, planProductInt16 } from './product.ts';
import type { SimdPlan } from './simd-plan.ts';

/** Equal to `convInt8`; undefined for channels in groups, and for windows that cover too much. */
export function planConvInt8(
  p: ConvInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan | undefined {
  return p.groups === 1 ? planProductInt8(p, p.window, p.inputDepth, weights, bias) : undefined;
}

/** Equal to `convInt16`; undefined for channels in groups. */
export function planConvInt16(
  p: ConvInt16,
  weights: Int8Array,
  bias: Int16Bias | undefined,
): SimdPlan | undefined {
  return p.groups === 1 ? planProductInt16(p, 0, p.window, p.inputDepth, weights, bias) : undefined;
}

/** Equal to `convFloat`; undefined for channels in groups. */
export function planConvFloat(
  p: ConvFloat,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan | undefined {
  return p.groups === 1
    ? planProductFloat(p, p.outputDepth, p.window, p.inputDepth, weights, bias)
    : undefined;
}
