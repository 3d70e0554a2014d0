/**
 * Scales, zero points and quantized constants by the rules of TensorFlow's converter (MLIR quantizer with float
 * scales, LiteRT f674577 `quantization_utils.cc`, `quantization_driver.cc`), so that the same weights and samples
 * give the same numbers. Every Math.fround stands where TensorFlow computes in float32.
 */

import { INT32_MAX, roundHalfAway } from '../../core/fixed-point.ts';
import { type PerTensorQuant, perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import {
  allocate,
  elementCount,
  QUANTIZED_LIMITS,
  type QuantizedDType,
  type Shape,
} from '../../core/tensor.ts';
import type { ValueId } from '../../ir/graph.ts';

/** The smallest and largest value seen. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What calibration saw, by value id; constants are not in it. */
export type Ranges = ReadonlyMap<ValueId, Range>;

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

/**
 * Parameters of a calibrated tensor: asymmetric int8, or int16 around zero. One that never leaves zero is given room on both
 * sides (`TensorRangeSanityCheck`).
 */
export function activationParameters({ min, max }: Range, dtype: QuantizedDType = 'int8'): PerTensorQuant {
  const low = Math.min(min, 0);
  const high = Math.max(max, 0);
  const tooNarrow = high - low < NARROWEST;
  return constantParameters(
    tooNarrow ? { min: low - NARROWEST, max: high + NARROWEST } : { min: low, max: high },
    dtype,
  );
}

/** Parameters of numbers that are all known: int8 of their own range, or int16 around zero. */
export function constantParameters(range: Range, dtype: QuantizedDType): PerTensorQuant {
  return dtype === 'int8' ? asymmetricParameters(range) : symmetricParameters(range, dtype);
}

/** What values of these parameters stand for. */
export function representedRange({ scale, zeroPoint }: PerTensorQuant, dtype: QuantizedDType): Range {
  const { min, max } = QUANTIZED_LIMITS[dtype];
  return { min: scale * (min - zeroPoint), max: scale * (max - zeroPoint) };
}

/** Zero point 0, and steps that cover the range. */
export function symmetricParameters({ min, max }: Range, dtype: QuantizedDType): PerTensorQuant {
  return perTensor(symmetricScale(Math.max(-min, max), QUANTIZED_LIMITS[dtype].max), 0);
}

/** Symmetric narrow integers (±127, ±32767) of values up to `largest`. */
function symmetricScale(largest: number, steps: number): number {
  return Math.fround(Math.fround(Math.max(largest, NARROWEST / 2)) / steps);
}

/** Which index along `axis` each element of a tensor has; 0 without an axis. */
export function channelsAlong(axis: number | undefined, shape: Shape): (element: number) => number {
  if (axis === undefined) return () => 0;
  const inner = elementCount(shape.slice(axis + 1));
  return (element) => Math.floor(element / inner) % shape[axis];
}

/** Elements of a tensor that follow one another and have one index along an axis. */
type VisitRun = (channel: number, start: number, end: number) => void;

/** All of `count` elements, run after run; without an axis they are one. */
function visitRuns(axis: number | undefined, shape: Shape, count: number, visit: VisitRun): void {
  if (axis === undefined) {
    visit(0, 0, count);
    return;
  }
  const inner = elementCount(shape.slice(axis + 1));
  let channel = 0;
  for (let start = 0; start < count; start += inner) {
    visit(channel, start, start + inner);
    channel = channel + 1 === shape[axis] ? 0 : channel + 1;
  }
}

/** What weights are, whatever the activations are. */
export type WeightDType = 'int8' | 'int4';

/** Weights are ± so many steps: narrow, as TensorFlow has them. */
export const WEIGHT_LIMITS: Readonly<Record<WeightDType, number>> = { int8: 127, int4: 7 };

/** One scale, or one for each index along `axis`. */
export function weightParameters(data: Float32Array, shape: Shape, axis: number | undefined): QuantParams {
  const largest = new Float32Array(axis === undefined ? 1 : shape[axis]);
  visitRuns(axis, shape, data.length, (channel, start, end) => {
    let most = largest[channel];
    for (let i = start; i < end; i++) {
      const magnitude = Math.abs(data[i]);
      if (magnitude > most) most = magnitude;
    }
    largest[channel] = most;
  });
  const scales = Array.from(largest, (size) => symmetricScale(size, WEIGHT_LIMITS.int8));
  return axis === undefined ? perTensor(scales[0], 0) : perAxis(axis, scales);
}

/** The scale of index `channel`, whichever the scheme. */
export function scaleOf(quant: QuantParams, channel: number): number {
  return quant.scheme === 'per-tensor' ? quant.scale : quant.scales[channel];
}

/** By the type of the activations: half of int32, and of the 48 bits with which TFLM multiplies sums of int64. */
const BIAS_LIMITS: Readonly<Record<QuantizedDType, number>> = {
  int8: Math.floor(INT32_MAX / 2),
  int16: 2 ** 46,
};

/** The least weight scale with which a bias of int32 has room. */
export function leastScaleForBias(inputScale: number, bias: number): number {
  return Math.abs(bias) / BIAS_LIMITS.int8 / inputScale;
}

/**
 * Enlarges weight scales until every bias fits into half of its integers in units of input scale × weight scale, which
 * leaves room for the accumulator (`SetBiasParamsWithAdjustments`).
 */
export function makeRoomForBias(
  weights: QuantParams,
  inputScale: number,
  bias: Float32Array,
  dtype: QuantizedDType = 'int8',
): QuantParams {
  const limit = BIAS_LIMITS[dtype];
  const enlarged = (weightScale: number, magnitude: number): number => {
    const biasScale = Math.fround(inputScale * weightScale);
    return magnitude / biasScale > limit ? magnitude / limit / inputScale : weightScale;
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

function scaleAxis(quant: QuantParams): number | undefined {
  return quant.scheme === 'per-axis' ? quant.axis : undefined;
}

/** The scale of each element of a tensor of that shape. */
export function scalesOver(shape: Shape, quant: QuantParams): (element: number) => number {
  const channelOf = channelsAlong(scaleAxis(quant), shape);
  return (element) => scaleOf(quant, channelOf(element));
}

/** Symmetric weights: round(w · (1 / scale)) in float32, half away from zero, within the limits. */
export function quantizeWeights(
  data: Float32Array,
  shape: Shape,
  quant: QuantParams,
  dtype: WeightDType = 'int8',
): Int8Array {
  const limit = WEIGHT_LIMITS[dtype];
  const quantized = new Int8Array(data.length);
  visitRuns(scaleAxis(quant), shape, data.length, (channel, start, end) => {
    const inverse = Math.fround(1 / scaleOf(quant, channel));
    for (let i = start; i < end; i++) {
      const steps = roundHalfAway(Math.fround(data[i] * inverse));
      quantized[i] = Math.max(-limit, Math.min(limit, steps));
    }
  });
  return quantized;
}

/** What quantized weights stand for. */
export function dequantizedWeights(quantized: Int8Array, shape: Shape, quant: QuantParams): Float32Array {
  const real = new Float32Array(quantized.length);
  visitRuns(scaleAxis(quant), shape, quantized.length, (channel, start, end) => {
    const scale = scaleOf(quant, channel);
    for (let i = start; i < end; i++) real[i] = quantized[i] * scale;
  });
  return real;
}

/** weights − quantized weights. */
export function roundingErrors(
  weights: Float32Array,
  quantized: Int8Array,
  shape: Shape,
  quant: QuantParams,
): Float32Array {
  const errors = new Float32Array(weights.length);
  visitRuns(scaleAxis(quant), shape, weights.length, (channel, start, end) => {
    const scale = scaleOf(quant, channel);
    for (let i = start; i < end; i++) errors[i] = weights[i] - scale * quantized[i];
  });
  return errors;
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

/** int64 bias of int16 activations: in doubles, for it has more bits than a float32. */
function quantizeWideBias(bias: Float32Array, quant: QuantParams): BigInt64Array {
  return BigInt64Array.from(bias, (value, channel) => BigInt(roundHalfAway(value / scaleOf(quant, channel))));
}

/** The bias of an operator on activations of that type. */
export function quantizeBiasFor(
  dtype: QuantizedDType,
  bias: Float32Array,
  quant: QuantParams,
): Int32Array | BigInt64Array {
  return dtype === 'int8' ? quantizeBias(bias, quant) : quantizeWideBias(bias, quant);
}

/** Constants that are neither weights nor bias. */
export function quantizeConstant(
  data: Float32Array,
  { scale, zeroPoint }: PerTensorQuant,
  dtype: QuantizedDType,
): Int8Array | Int16Array {
  const { min, max } = QUANTIZED_LIMITS[dtype];
  const quantized = allocate(dtype, data.length);
  for (let i = 0; i < data.length; i++) {
    quantized[i] = Math.max(min, Math.min(max, roundHalfAway(data[i] / scale) + zeroPoint));
  }
  return quantized;
}
