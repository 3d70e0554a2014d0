/** The memory of a training step. */

import { unsupportedError } from '../../core/errors.ts';
import {
  attachHeap,
  createHeap,
  createSharedMemory,
  type HeapKind,
  type SharedMemory,
  type TrainingHeap,
} from '../../kernels/training/heap.ts';
import type { Address } from '../../kernels/training/kernels.ts';
import type { Run } from './run.ts';
import type { StepPlan } from './step-plan.ts';

/** With scratch memory for one thread. */
export function stepBytes({ bytes, scratchBytes }: StepPlan): number {
  return bytes + scratchBytes;
}

function allocated<Memory>(bytes: number, allocate: () => Memory): Memory {
  try {
    return allocate();
  } catch (error) {
    throw unsupportedError(
      'training-memory',
      `A training step of this model takes ${Math.ceil(bytes / 2 ** 20)} MiB, which cannot be had here.`,
      'Lower "batchSize", or train a smaller model.',
      error,
    );
  }
}

/** Throws `training-memory` (unsupported) where it cannot be had. */
export function trainingHeap(bytes: number, kind: HeapKind): TrainingHeap {
  return allocated(bytes, () => createHeap(bytes, kind));
}

/** A plan in the memory that it wants, which may be larger than it. */
export function runIn({ buffer, kernels, link }: TrainingHeap, plan: StepPlan): Run {
  const floats = new Float32Array(buffer, 0, stepBytes(plan) / Float32Array.BYTES_PER_ELEMENT);
  for (const initialize of plan.initialize) initialize(floats);
  return {
    kernels,
    link,
    floats,
    scratch: plan.bytes,
    samplesAtOnce: plan.samplesAtOnce,
    rows: plan.rows,
    training: true,
    steps: 0,
    learningRate: 0,
  };
}

/** Memory for a plan that several threads run, and the run of the first of them. */
export function openSharedRun(
  plan: StepPlan,
  kind: HeapKind,
  threads: number,
): { readonly run: Run; readonly memory: SharedMemory; readonly scratches: readonly Address[] } {
  const scratches = Array.from({ length: threads }, (_, index) => plan.bytes + index * plan.scratchBytes);
  const bytes = plan.bytes + threads * plan.scratchBytes;
  const memory = allocated(bytes, () => createSharedMemory(bytes, kind, threads));
  return { run: runIn(attachHeap(memory, 0), plan), memory, scratches };
}

/** A plan in memory of its own. */
export function openRun(plan: StepPlan, kind: HeapKind): Run {
  return runIn(trainingHeap(stepBytes(plan), kind), plan);
}
