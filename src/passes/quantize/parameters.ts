/**
 * Scales, zero points and quantized constants by the rules of TensorFlow's converter (MLIR quantizer with float
 * scales, LiteRT f674577 `quantization_utils.cc`, `quantization_driver.cc`), so that the same weights and samples
 * give the same numbers. Every Math.fround stands where TensorFlow computes in float32.
 */

import { INT32_MAX, roundHalfAway } from '../../core/fixed-point.ts';
import { type PerTensorQuant, perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';

/** The smallest and largest value seen. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Ranges narrower than this are widened to it (`kNearZeroTolerance`). */
const NARROWEST = 1e-6;

export function rangeOf(data: ArrayLike<number>): Range {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < data.length; i++) {
    if (data[i] < min) min = data[i];
    if (data[i] > max) max = data[i];
  }
  return { min, max };
}

/** Includes zero, and is never narrower than 10⁻⁶. */
function widen({ min, max }: Range): Range {
  const low = Math.min(min, 0);
  const high = Math.max(max, 0);
  if (high - low > NARROWEST) return { min: low, max: high };
  return { min: Math.min(low, -NARROWEST / 2), max: Math.max(high, NARROWEST / 2) };
}

/** Asymmetric int8: the whole of −128 … 127 covers the range. */
export function asymmetricParameters(range: Range): PerTensorQuant {
  const { min, max } = widen(range);
  const scale = Math.fround(Math.fround(Math.fround(max) - Math.fround(min)) / 255);
  const zeroPoint = roundHalfAway(Math.fround(-128 - min / scale));
  return perTensor(scale, Math.max(-128, Math.min(127, zeroPoint)));
}

/** Parameters of a calibrated tensor; one that never leaves zero is given room on both sides (`TensorRangeSanityCheck`). */
export function activationParameters({ min, max }: Range): PerTensorQuant {
  const low = Math.min(min, 0);
  const high = Math.max(max, 0);
  const tooNarrow = high - low < NARROWEST;
  return asymmetricParameters(
    tooNarrow ? { min: low - NARROWEST, max: high + NARROWEST } : { min: low, max: high },
  );
}

/** Symmetric narrow int8 (−127 … 127). */
function symmetricScale(range: Range): number {
  const { min, max } = widen(range);
  return Math.fround(Math.fround(Math.max(-min, max)) / 127);
}

/** One scale, or one for each of the leading-axis slices of `data`. */
export function weightParameters(data: Float32Array, channels: number, perChannel: boolean): QuantParams {
  if (!perChannel) return perTensor(symmetricScale(rangeOf(data)), 0);
  const depth = data.length / channels;
  const scales = Array.from({ length: channels }, (_, channel) =>
    symmetricScale(rangeOf(data.subarray(channel * depth, (channel + 1) * depth))),
  );
  return perAxis(0, scales);
}

/** The scale of index `channel`, whichever the scheme. */
export function scaleOf(quant: QuantParams, channel: number): number {
  return quant.scheme === 'per-tensor' ? quant.scale : quant.scales[channel];
}

const BIAS_LIMIT = Math.floor(INT32_MAX / 2);

/**
 * Enlarges weight scales until every bias fits into half of int32 in units of input scale × weight scale, which
 * leaves room for the accumulator (`SetBiasParamsWithAdjustments`).
 */
export function makeRoomForBias(weights: QuantParams, inputScale: number, bias: Float32Array): QuantParams {
  const enlarged = (weightScale: number, magnitude: number): number => {
    const biasScale = Math.fround(inputScale * weightScale);
    return magnitude / biasScale > BIAS_LIMIT ? magnitude / BIAS_LIMIT / inputScale : weightScale;
  };
  if (weights.scheme === 'per-axis') {
    return perAxis(
      weights.axis,
      Array.from(weights.scales, (scale, channel) => enlarged(scale, Math.abs(bias[channel]))),
    );
  }
  return perTensor(
    enlarged(
      weights.scale,
      bias.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    ),
    0,
  );
}

/** Symmetric int8 weights: round(w · (1 / scale)) in float32, half away from zero, within ±127. */
export function quantizeWeights(data: Float32Array, quant: QuantParams): Int8Array {
  const channels = quant.scheme === 'per-axis' ? quant.scales.length : 1;
  const depth = data.length / channels;
  const quantized = new Int8Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const inverse = Math.fround(1 / scaleOf(quant, channel));
    for (let i = channel * depth; i < (channel + 1) * depth; i++) {
      quantized[i] = Math.max(-127, Math.min(127, roundHalfAway(Math.fround(data[i] * inverse))));
    }
  }
  return quantized;
}

/** Bias parameters: scale input · weights, zero point 0. */
export function biasParameters(inputScale: number, weights: QuantParams): QuantParams {
  if (weights.scheme === 'per-tensor') return perTensor(inputScale * weights.scale, 0);
  return perAxis(
    0,
    Array.from(weights.scales, (scale) => inputScale * scale),
  );
}

/** int32 bias: round(b · (1 / scale)) in float32, half away from zero. */
export function quantizeBias(bias: Float32Array, quant: QuantParams): Int32Array {
  return Int32Array.from(bias, (value, channel) => {
    const inverse = Math.fround(1 / scaleOf(quant, channel));
    const quantized = roundHalfAway(Math.fround(value * inverse));
    return Math.max(-INT32_MAX, Math.min(INT32_MAX, quantized));
  });
}

/** Constants that are neither weights nor bias: asymmetric int8 of their own range. */
export function quantizeConstant(data: Float32Array, quant: PerTensorQuant): Int8Array {
  return Int8Array.from(data, (value) =>
    Math.max(-128, Math.min(127, roundHalfAway(value / quant.scale) + quant.zeroPoint)),
  );
}
