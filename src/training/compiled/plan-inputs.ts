/** Where samples lie in a batch, and each input of a model with several. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import type { Slot, StepPlan } from './step-plan.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Of a batch. */
export interface PlannedInputs {
  /** Samples as they are given: the values of all inputs one after another. */
  readonly input: Slot;
  /** Of each input. */
  readonly parts: readonly Slot[];
}

/** Where there are several, each gets a slot of its own, which a step in front of all layers fills. */
export function planInputs(plan: StepPlan, shapes: readonly Shape[]): PlannedInputs {
  const [first, ...others] = shapes;
  if (others.length === 0) {
    const input = plan.slot(first, false);
    return { input, parts: [input] };
  }
  const length = shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
  const input = plan.slot([length], false);
  let offset = 0;
  const parts = shapes.map((shape) => {
    const part = plan.slot(shape, false);
    const own = input.address + FLOAT_BYTES * offset;
    offset += part.size;
    plan.forward.addBySample({
      calls({ kernels }, from, end) {
        const [source, target] = [
          own + FLOAT_BYTES * from * length,
          part.address + FLOAT_BYTES * from * part.size,
        ];
        kernels.copyRows(source, length, target, part.size, end - from, part.size);
      },
    });
    return part;
  });
  return { input, parts };
}
