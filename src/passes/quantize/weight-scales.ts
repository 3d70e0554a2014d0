/**
 * Weight scales with the least squared error. The largest weight is often alone: a scale that clips it a little has finer
 * steps for all others.
 */

import { perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import type { Shape } from '../../core/tensor.ts';
import { channelsAlong, scaleOf, weightParameters } from './parameters.ts';

/** What a scale is searched for. */
export interface ScaleSearch {
  /** The largest integer of a weight: 127 of int8, 7 of int4. */
  readonly limit: number;
  /** How much the squared error of each weight counts; all alike without it. */
  readonly importance?: ArrayLike<number> | undefined;
}

/** The limit that `weightParameters` is for. */
const INT8_LIMIT = 127;

/** What is tried: so many scales at equal distances, down to this share of the one that clips nothing. */
const TRIED = 48;
const LEAST_SHARE = 0.4;
const SHARES = Array.from({ length: TRIED }, (_, tried) => 1 - ((1 - LEAST_SHARE) * tried) / TRIED);

/** What the squared error of one weight is in each of the scales. */
function addErrors(
  size: number,
  scales: ArrayLike<number>,
  limit: number,
  importance: number,
  errors: Float64Array,
): void {
  for (let tried = 0; tried < TRIED; tried++) {
    const steps = Math.min(limit, Math.round(size / scales[tried]));
    errors[tried] += importance * (size - steps * scales[tried]) ** 2;
  }
}

/**
 * One scale, or one for each index along `axis`, never larger than one that clips nothing, and that one where none is better.
 * Zero points are 0.
 */
export function leastErrorScales(
  weights: Float32Array,
  shape: Shape,
  axis: number | undefined,
  { limit, importance }: ScaleSearch,
): QuantParams {
  const widest = weightParameters(weights, shape, axis);
  const channels = widest.scheme === 'per-axis' ? widest.scales.length : 1;
  const tried = Array.from({ length: channels }, (_, channel) =>
    SHARES.map((share) => Math.fround((share * scaleOf(widest, channel) * INT8_LIMIT) / limit)),
  );
  const errors = tried.map(() => new Float64Array(TRIED));
  const channelOf = channelsAlong(axis, shape);
  for (let i = 0; i < weights.length; i++) {
    const channel = channelOf(i);
    addErrors(Math.abs(weights[i]), tried[channel], limit, importance?.[i] ?? 1, errors[channel]);
  }
  const scales = errors.map((own, channel) => tried[channel][own.indexOf(Math.min(...own))]);
  return axis === undefined ? perTensor(scales[0], 0) : perAxis(axis, scales);
}
