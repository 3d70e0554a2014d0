/**
 * Weights and biases as the integers that they will be, in float32, with straight-through gradients: what is learned moves
 * as if nothing had been rounded. Scales are those of the largest weight, as the converter takes them, or learned: LSQ (Esser
 * et al. 2020, "Learned Step Size Quantization"), here the logarithm of a factor to the first scale, so that one learning
 * rate suits them all.
 */

import { roundHalfAway } from '../../../core/fixed-point.ts';
import { WEIGHT_LIMITS, type WeightDType } from '../../../passes/quantize/parameters.ts';
import { view } from '../../compiled/run.ts';
import type { StepPlan, Weight } from '../../compiled/step-plan.ts';

/** How the weights of an operator are rounded. */
export interface WeightRounding {
  /** Of the weights; undefined for one scale in all. */
  readonly axis: number | undefined;
  /** Weights of one scale that lie side by side; behind those of the last scale come more of the first. */
  readonly run: number;
  readonly dtype: WeightDType;
  /** One for each channel, or one: written before each step. */
  readonly scales: Float32Array;
  /** Where scales are learned: those that a factor of 1 stands for. */
  readonly first: Float32Array | undefined;
}

const f = Math.fround;

/** Narrower weights have no scale of their own. */
const SMALLEST = 5e-7;

/** Those of the largest weight of each channel. */
function largestScales(largest: Float32Array, dtype: WeightDType, into: Float32Array): void {
  for (let c = 0; c < into.length; c++) into[c] = f(Math.max(largest[c], SMALLEST)) / WEIGHT_LIMITS[dtype];
}

/** The factors that are learned are exponents of e, from 0 on; the scale stays a float32. */
export function learnedScales(first: Float32Array, exponents: Float32Array, into: Float32Array): void {
  for (let c = 0; c < into.length; c++) into[c] = first[c] * Math.exp(exponents[c]);
}

/** Writes the scales of a step before its weights are rounded. */
function planScales(
  plan: StepPlan,
  weight: Weight,
  rounding: WeightRounding,
  learned: Weight | undefined,
): void {
  const { dtype, scales, first, run: side } = rounding;
  if (first !== undefined && learned !== undefined) {
    plan.forward.add((run) => learnedScales(first, view(run, learned.address, learned.size), scales));
    return;
  }
  const largest = plan.reserve(scales.length);
  plan.forward.add((run) => {
    run.kernels.largestMagnitudes(weight.address, weight.size, side, scales.length, largest);
    largestScales(view(run, largest, scales.length), dtype, scales);
  });
}

/** Adds the steps that round weights, and those that bring gradients back; returns where the rounded ones lie. */
export function roundWeights(
  plan: StepPlan,
  weight: Weight,
  rounding: WeightRounding,
  learned: Weight | undefined,
): Weight {
  const { dtype, scales, run: side } = rounding;
  const limit = WEIGHT_LIMITS[dtype];
  const [address, used] = [plan.reserve(weight.size), plan.reserve(scales.length)];
  planScales(plan, weight, rounding, learned);
  plan.forward.add((run) => {
    view(run, used, scales.length).set(scales);
    run.kernels.roundWeights(weight.address, weight.size, side, scales.length, used, limit, address);
  });
  const { gradient } = weight;
  const to = learned?.gradient;
  if (gradient === undefined || to === undefined) return { ...weight, address };
  const perChannel = weight.size / scales.length;
  const share = 1 / Math.sqrt(perChannel * limit);
  plan.backward.add((run) => {
    const [w, dw] = [view(run, weight.address, weight.size), view(run, gradient, weight.size)];
    const ds = view(run, to, scales.length);
    ds.fill(0);
    for (let start = 0, channel = 0; start < w.length; start += side) {
      for (let i = start; i < start + side; i++) {
        const steps = w[i] / scales[channel];
        const isInside = Math.abs(steps) < limit;
        const slope = isInside ? roundHalfAway(steps) - steps : steps < 0 ? -limit : limit;
        ds[channel] += dw[i] * slope * scales[channel] * share;
        if (!isInside) dw[i] = 0;
      }
      channel = channel + 1 === scales.length ? 0 : channel + 1;
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
  plan.forward.add((run) => {
    const [b, rounded] = [view(run, bias.address, bias.size), view(run, address, bias.size)];
    for (let c = 0; c < b.length; c++) {
      const step = f(inputScale() * scales[scales.length === 1 ? 0 : c]);
      rounded[c] = roundHalfAway(f(b[c] * f(1 / step))) * step;
    }
  });
  return { ...bias, address };
}
