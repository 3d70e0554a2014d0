/**
 * Weights and biases as the integers that they will be, in float32, with straight-through gradients: what is learned moves
 * as if nothing had been rounded. Scales are those of the largest weight, as the converter takes them, or learned: LSQ (Esser
 * et al. 2020, "Learned Step Size Quantization"), here the logarithm of a factor to the first scale, so that one learning
 * rate suits them all.
 */

import { roundHalfAway } from '../../../core/fixed-point.ts';
import type { Shape } from '../../../core/tensor.ts';
import { channelsAlong, WEIGHT_LIMITS, type WeightDType } from '../../../passes/quantize/parameters.ts';
import { type Run, type StepPlan, view, type Weight } from '../../compiled/step-plan.ts';

/** How the weights of an operator are rounded. */
export interface WeightRounding {
  /** Of the weights; undefined for one scale in all. */
  readonly axis: number | undefined;
  /** The scale of each weight: a table, since loops over it run in every step. */
  readonly channelOf: Uint32Array;
  readonly dtype: WeightDType;
  /** One for each channel, or one: written before each step. */
  readonly scales: Float32Array;
  /** Where scales are learned: those that a factor of 1 stands for. */
  readonly first: Float32Array | undefined;
}

const f = Math.fround;

/** Narrower weights have no scale of their own. */
const SMALLEST = 5e-7;

function largestScales(
  weights: Float32Array,
  { channelOf, dtype }: Pick<WeightRounding, 'channelOf' | 'dtype'>,
  into: Float32Array,
): void {
  into.fill(0);
  for (let i = 0; i < weights.length; i++) {
    const channel = channelOf[i];
    const size = Math.abs(weights[i]);
    if (size > into[channel]) into[channel] = size;
  }
  for (let c = 0; c < into.length; c++) into[c] = f(Math.max(into[c], SMALLEST)) / WEIGHT_LIMITS[dtype];
}

export function channelIndex(shape: Shape, axis: number | undefined): Uint32Array {
  const channelOf = channelsAlong(axis, shape);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return Uint32Array.from({ length: size }, (_, i) => channelOf(i));
}

/** The factors that are learned are exponents of e, from 0 on; the scale stays a float32. */
function learnedScales(first: Float32Array, exponents: Float32Array, into: Float32Array): void {
  for (let c = 0; c < into.length; c++) into[c] = first[c] * Math.exp(exponents[c]);
}

export function scalesNow(
  rounding: Pick<WeightRounding, 'channelOf' | 'dtype' | 'first'>,
  weights: Float32Array,
  exponents: Float32Array | undefined,
  into: Float32Array,
): void {
  if (rounding.first === undefined || exponents === undefined) largestScales(weights, rounding, into);
  else learnedScales(rounding.first, exponents, into);
}

/** Adds the steps that round weights, and those that bring gradients back; returns where the rounded ones lie. */
export function roundWeights(
  plan: StepPlan,
  weight: Weight,
  rounding: WeightRounding,
  learned: Weight | undefined,
): Weight {
  const { channelOf, dtype, scales } = rounding;
  const limit = WEIGHT_LIMITS[dtype];
  const address = plan.reserve(weight.size);
  const masters = (run: Run): Float32Array => view(run, weight.address, weight.size);
  plan.forward.push((run) => {
    const [w, rounded] = [masters(run), view(run, address, weight.size)];
    scalesNow(rounding, w, learned && view(run, learned.address, learned.size), scales);
    for (let i = 0; i < w.length; i++) {
      const scale = scales[channelOf[i]];
      const code = roundHalfAway(f(w[i] * f(1 / scale)));
      rounded[i] = Math.max(-limit, Math.min(limit, code)) * scale;
    }
  });
  const { gradient } = weight;
  const to = learned?.gradient;
  if (gradient === undefined) return { ...weight, address };
  if (to === undefined) return { ...weight, address };
  const perChannel = weight.size / scales.length;
  const share = 1 / Math.sqrt(perChannel * limit);
  plan.backward.push((run) => {
    const [w, dw, ds] = [masters(run), view(run, gradient, weight.size), view(run, to, scales.length)];
    ds.fill(0);
    for (let i = 0; i < w.length; i++) {
      const channel = channelOf[i];
      const steps = w[i] / scales[channel];
      const isInside = Math.abs(steps) < limit;
      const slope = isInside ? roundHalfAway(steps) - steps : steps < 0 ? -limit : limit;
      ds[channel] += dw[i] * slope * scales[channel] * share;
      if (!isInside) dw[i] = 0;
    }
  });
  return { ...weight, address };
}

/** Biases in steps of input scale times weight scale. */
export function roundBias(
  plan: StepPlan,
  bias: Weight,
  inputScale: () => number,
  { scales }: Pick<WeightRounding, 'scales'>,
): Weight {
  const address = plan.reserve(bias.size);
  plan.forward.push((run) => {
    const [b, rounded] = [view(run, bias.address, bias.size), view(run, address, bias.size)];
    for (let c = 0; c < b.length; c++) {
      const step = f(inputScale() * scales[scales.length === 1 ? 0 : c]);
      rounded[c] = roundHalfAway(f(b[c] * f(1 / step))) * step;
    }
  });
  return { ...bias, address };
}
