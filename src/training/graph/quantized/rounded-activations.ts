/**
 * Activations as the integers that the chip computes, in float32: sums are brought back to the accumulator and go through
 * TFLM's own multiplier; what is no sum of products runs through the integer kernel of its operator. Gradients go straight
 * through, but where a value was cut off.
 */

import {
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
} from '../../../core/fixed-point.ts';
import type { PerTensorQuant } from '../../../core/quant-params.ts';
import type { Clamp } from '../../../ops/fused-activation.ts';
import { type Slot, type StepPlan, view } from '../../compiled/step-plan.ts';

/** The codes of a value, one sample after another; what was cut off is marked for the way back. */
export interface RoundedValue {
  readonly slot: Slot;
  /** 1 where the gradient stops. */
  readonly cut: Uint8Array;
}

/** What a value was before it was rounded, over the last epoch or so. */
export interface RangeWatch {
  see(min: number, max: number): void;
}

export function stopGradients(plan: StepPlan, { slot, cut }: RoundedValue): void {
  const { gradient, size } = slot;
  if (gradient === undefined) return;
  plan.backward.push((run) => {
    const dy = view(run, gradient, run.rows * size);
    for (let i = 0; i < dy.length; i++) if (cut[i] === 1) dy[i] = 0;
  });
}

/** How the sums of an operator become codes. */
export interface SumRounding {
  inputScale(): number;
  /** Of the weights: one for each channel, or one. */
  readonly weightScales: Float32Array;
  output(): PerTensorQuant;
  clamp(): Clamp;
  /** Of the fused activation, in real numbers. */
  readonly limits: Clamp;
  readonly watch: RangeWatch;
}

/** So near a tie that TFLM's two roundings may not be the one that the quotient rounds to. */
function tieMargin(shift: number): number {
  return 2 ** Math.min(-1, shift);
}

/**
 * In place. Float32 sums of products of codes and scales lie within a fraction of a step of the accumulator's integer, as
 * long as it has less than some 22 bits.
 */
export function roundSums(plan: StepPlan, slot: Slot, rounding: SumRounding): RoundedValue {
  const { address, size, shape } = slot;
  const channels = shape.at(-1) ?? 1;
  const { weightScales, watch, limits } = rounding;
  const cut = new Uint8Array(plan.rows * size);
  const multipliers = new Int32Array(channels);
  const shifts = new Int32Array(channels);
  const factors = new Float64Array(channels);
  const steps = new Float64Array(channels);
  const margins = new Float64Array(channels);
  plan.forward.push((run) => {
    const y = view(run, address, run.rows * size);
    const { scale, zeroPoint } = rounding.output();
    const { min, max } = rounding.clamp();
    const inputScale = rounding.inputScale();
    for (let c = 0; c < channels; c++) {
      const weightScale = weightScales[weightScales.length === 1 ? 0 : c];
      const { multiplier, shift } = quantizeMultiplier((inputScale * weightScale) / scale);
      multipliers[c] = multiplier;
      shifts[c] = shift;
      factors[c] = multiplier * 2 ** (shift - 31);
      steps[c] = 1 / (inputScale * weightScale);
      margins[c] = tieMargin(shift);
    }
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0, c = 0; i < y.length; i++) {
      const sum = y[i];
      if (sum < least) least = sum;
      if (sum > most) most = sum;
      const accumulator = Math.round(sum * steps[c]);
      const quotient = accumulator * factors[c];
      const whole = Math.floor(quotient);
      const rest = quotient - whole;
      const rounded =
        Math.abs(rest - 0.5) > margins[c]
          ? whole + (rest > 0.5 ? 1 : 0)
          : multiplyByQuantizedMultiplier(accumulator | 0, multipliers[c], shifts[c]);
      const code = rounded + zeroPoint;
      cut[i] = code < min || code > max ? 1 : 0;
      y[i] = (Math.max(min, Math.min(max, code)) - zeroPoint) * scale;
      c = c + 1 === channels ? 0 : c + 1;
    }
    watch.see(Math.max(limits.min, least), Math.min(limits.max, most));
  });
  return { slot, cut };
}

/** A sample, as an int8 input is given it. In place. */
export function roundSample(plan: StepPlan, { address, size }: Slot, quant: () => PerTensorQuant): void {
  plan.forward.push((run) => {
    const { scale, zeroPoint } = quant();
    const x = view(run, address, run.rows * size);
    for (let i = 0; i < x.length; i++) {
      const code = Math.max(-128, Math.min(127, roundHalfAway(x[i] / scale) + zeroPoint));
      x[i] = (code - zeroPoint) * scale;
    }
  });
}
