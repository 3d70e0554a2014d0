/** The memory of a training step. */

import { unsupportedError } from '../../core/errors.ts';
import { createHeap, type HeapKind } from '../../kernels/training/heap.ts';

/** Throws `training-memory` (unsupported) where it cannot be had. */
export function trainingHeap(bytes: number, kind: HeapKind): ReturnType<typeof createHeap> {
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
