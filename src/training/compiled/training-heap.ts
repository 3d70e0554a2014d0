/** The memory of a training step. */

import { unsupportedError } from '../../core/errors.ts';
import { createHeap, type HeapKind, type TrainingHeap } from '../../kernels/training/heap.ts';
import type { Run } from './run.ts';
import type { StepPlan } from './step-plan.ts';

/** With scratch memory for one thread. */
export function stepBytes({ bytes, scratchBytes }: StepPlan): number {
  return bytes + scratchBytes;
}

/** Throws `training-memory` (unsupported) where it cannot be had. */
export function trainingHeap(bytes: number, kind: HeapKind): TrainingHeap {
  try {
    return createHeap(bytes, kind);
  } catch (error) {
    throw unsupportedError(
      'training-memory',
      `A training step of this model takes ${Math.ceil(bytes / 2 ** 20)} MiB, which cannot be had here.`,
      'Lower "batchSize", or train a smaller model.',
      error,
    );
  }
}

/** A plan in the memory that it wants, which may be larger than it. */
export function runIn({ buffer, kernels }: TrainingHeap, plan: StepPlan): Run {
  const floats = new Float32Array(buffer, 0, stepBytes(plan) / Float32Array.BYTES_PER_ELEMENT);
  for (const initialize of plan.initialize) initialize(floats);
  return {
    kernels,
    floats,
    scratch: plan.bytes,
    rows: plan.rows,
    training: true,
    steps: 0,
    learningRate: 0,
  };
}

/** A plan in memory of its own. */
export function openRun(plan: StepPlan, kind: HeapKind): Run {
  return runIn(trainingHeap(stepBytes(plan), kind), plan);
}
