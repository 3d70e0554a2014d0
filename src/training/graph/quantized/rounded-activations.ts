/**
 * Activations as the integers that the chip computes, in float32: sums are brought back to the accumulator and go through
 * TFLM's own multiplier; what is no sum of products runs through the integer kernel of its operator. Gradients go straight
 * through, but where a value was cut off.
 */

import { quantizeMultiplier } from '../../../core/fixed-point.ts';
import type { PerTensorQuant } from '../../../core/quant-params.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import { SumRounding } from '../../../kernels/training/sum-rounding.ts';
import type { Clamp } from '../../../ops/fused-activation.ts';
import { view } from '../../compiled/run.ts';
import type { Slot, StepPlan } from '../../compiled/step-plan.ts';
import { SeenExtremes } from './seen-extremes.ts';

/** The codes of a value, one sample after another; what was cut off is marked for the way back. */
export interface RoundedValue {
  readonly slot: Slot;
  /** Bytes, one for each element: not 0 where the gradient stops. */
  readonly cut: Address;
}

/** What a value was before it was rounded, over the last epoch or so. */
export interface RangeWatch {
  see(min: number, max: number): void;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Room for a byte of each element, of all samples. */
export function reserveBytes(plan: StepPlan, { size }: Slot): Address {
  return plan.reserve(Math.ceil((plan.rows * size) / Float32Array.BYTES_PER_ELEMENT));
}

export function stopGradients(plan: StepPlan, { slot, cut }: RoundedValue): void {
  const { gradient, size } = slot;
  if (gradient === undefined) return;
  plan.backward.addBySample(({ kernels }, from, end) => {
    const first = from * size;
    kernels.stopGradients(cut + first, gradient + first * FLOAT_BYTES, (end - from) * size);
  });
}

/** How the sums of an operator become codes. */
export interface SumCodes {
  inputScale(): number;
  /** Of the weights: one for each channel, or one. */
  readonly weightScales: Float32Array;
  output(): PerTensorQuant;
  clamp(): Clamp;
  /** Of the fused activation, in real numbers. */
  readonly limits: Clamp;
  readonly watch: RangeWatch;
}

/**
 * In place. Float32 sums of products of codes and scales lie within a fraction of a step of the accumulator's integer, as
 * long as it has less than some 22 bits.
 */
export function roundSums(plan: StepPlan, slot: Slot, codes: SumCodes): RoundedValue {
  const { address, size, shape } = slot;
  const channels = shape.at(-1) ?? 1;
  const { weightScales, watch, limits } = codes;
  const cut = reserveBytes(plan, slot);
  const table = plan.reserve(SumRounding.words(channels));
  const seen = new SeenExtremes(plan);
  plan.forward.add((run) => {
    const { scale, zeroPoint } = codes.output();
    const { min, max } = codes.clamp();
    const inputScale = codes.inputScale();
    new SumRounding(run.floats.buffer, table).write(
      { scale, min: min - zeroPoint, max: max - zeroPoint },
      Array.from({ length: channels }, (_, c) => {
        const product = inputScale * weightScales[weightScales.length === 1 ? 0 : c];
        return { perUnit: 1 / product, ...quantizeMultiplier(product / scale) };
      }),
    );
    seen.clear(run);
  });
  plan.forward.addBySample(({ kernels }, from, end) => {
    const first = from * size;
    const count = (end - from) * size;
    kernels.roundSums(table, address + first * FLOAT_BYTES, cut + first, count, seen.of(from));
  });
  plan.forward.add((run) => {
    const { least, most } = seen.join(run);
    watch.see(Math.max(limits.min, least), Math.min(limits.max, most));
  });
  return { slot, cut };
}

/** A sample, as an int8 input is given it. In place. */
export function roundSample(plan: StepPlan, { address, size }: Slot, quant: () => PerTensorQuant): void {
  // Other threads do not know the scale of the epoch: it lies where all of them look.
  const steps = plan.reserve(2);
  plan.forward.add((run) => {
    const { scale, zeroPoint } = quant();
    view(run, steps, 2).set([scale, zeroPoint]);
  });
  plan.forward.addBySample(({ kernels, floats }, from, end) => {
    const scale = floats[steps / FLOAT_BYTES];
    const zeroPoint = floats[steps / FLOAT_BYTES + 1];
    const count = (end - from) * size;
    kernels.roundToScale(
      address + from * size * FLOAT_BYTES,
      count,
      scale,
      -128 - zeroPoint,
      127 - zeroPoint,
    );
  });
}
