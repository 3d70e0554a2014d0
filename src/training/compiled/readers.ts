/** A value with several readers, each of which writes a gradient of its own. */

import type { Slot, StepPlan } from './step-plan.ts';

/**
 * The output of a layer as each of its `count` readers sees it. On the way back every reader writes a gradient of its
 * own; a step that runs behind all of theirs, and before the layer's, adds them up in the slot's.
 */
export function readersOf(plan: StepPlan, slot: Slot, count: number): Slot[] {
  const { gradient, size } = slot;
  if (gradient === undefined) return new Array<Slot>(count).fill(slot);
  const readers = Array.from({ length: count }, (_, index) =>
    index === 0 ? slot : { ...slot, gradient: plan.reserveGradient(size) },
  );
  const others = readers.slice(1).flatMap((reader) => reader.gradient ?? []);
  if (others.length > 0) {
    plan.backward.addBySample({
      calls({ kernels }, first, end) {
        const offset = first * size * Float32Array.BYTES_PER_ELEMENT;
        for (let i = 0; i < others.length; i++)
          kernels.add(others[i] + offset, gradient + offset, (end - first) * size);
      },
    });
  }
  return readers;
}
