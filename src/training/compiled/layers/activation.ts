/** Functions of the elements: in place behind the sums of a layer, or as layers of their own. */

import { ACTIVATION_CODES } from '../../../kernels/training/kernels.ts';
import type { Slot, StepPlan } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

/** Each element's by itself. */
export type ElementFunction = keyof typeof ACTIVATION_CODES;
export type ActivationName = ElementFunction | 'softmax';

/** The gradient of `from` from that of `to`, which is f of it; both may be the same slot. */
export function planDerivative(plan: StepPlan, activation: ElementFunction, from: Slot, to: Slot): void {
  const [dTo, dFrom] = [to.gradient, from.gradient];
  if (dTo === undefined || dFrom === undefined) return;
  const { size } = from;
  const bytes = size * Float32Array.BYTES_PER_ELEMENT;
  const code = ACTIVATION_CODES[activation];
  plan.backward.addBySample({
    calls({ kernels }, first, end) {
      const offset = first * bytes;
      kernels.activateBackward(code, to.address + offset, dTo + offset, dFrom + offset, (end - first) * size);
    },
  });
}

/** to = f(from); both may be the same slot. `isPooled`: the pool behind it derives it. */
function applyFunction(
  plan: StepPlan,
  activation: ActivationName,
  from: Slot,
  to: Slot,
  isPooled = false,
): void {
  const { size, shape } = from;
  const bytes = size * Float32Array.BYTES_PER_ELEMENT;
  const back = to.gradient !== undefined && from.gradient !== undefined;
  const [dTo, dFrom] = [to.gradient ?? 0, from.gradient ?? 0];
  if (activation === 'softmax') {
    const n = shape.at(-1) ?? 1;
    plan.forward.addBySample({
      calls({ kernels }, first, end) {
        const rows = ((end - first) * size) / n;
        kernels.softmax(from.address + first * bytes, to.address + first * bytes, rows, n);
      },
    });
    if (!back) return;
    plan.backward.addBySample({
      calls({ kernels }, first, end) {
        const offset = first * bytes;
        const rows = ((end - first) * size) / n;
        kernels.softmaxBackward(to.address + offset, dTo + offset, dFrom + offset, rows, n);
      },
    });
    return;
  }
  const code = ACTIVATION_CODES[activation];
  plan.forward.addBySample({
    calls({ kernels }, first, end) {
      const offset = first * bytes;
      kernels.activate(code, from.address + offset, to.address + offset, (end - first) * size);
    },
  });
  if (!isPooled) planDerivative(plan, activation, from, to);
}

/** What made the slot must not need its own output on the way back. */
export function activateInPlace(
  plan: StepPlan,
  activation: ActivationName,
  slot: Slot,
  isPooled = false,
): Slot {
  if (activation !== 'linear') applyFunction(plan, activation, slot, slot, isPooled);
  return slot;
}

export function activationLayer(plan: StepPlan, activation: ActivationName, input: Slot): Slot {
  if (activation === 'linear') return input;
  const output = plan.slot(input.shape, input.gradient !== undefined);
  applyFunction(plan, activation, input, output);
  return output;
}

export const compileActivation: CompileLayer<{ readonly activation: ActivationName }> = (
  { activation },
  { plan, input },
) => activationLayer(plan, activation, input);

export function reluName(maxValue: number | undefined): 'relu' | 'relu6' {
  return maxValue === 6 ? 'relu6' : 'relu';
}

export const compileRelu: CompileLayer<{ readonly maxValue?: number | undefined }> = (
  { maxValue },
  { plan, input },
) => activationLayer(plan, reluName(maxValue), input);

export const compileSoftmax: CompileLayer<unknown> = (_, { plan, input }) =>
  activationLayer(plan, 'softmax', input);
