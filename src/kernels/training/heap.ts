/** The memory of a training step with kernels that work on it: WebAssembly SIMD, or plain loops. */

import { simdExports } from '../simd/simd-instance.ts';
import type { TrainingKernels } from './kernels.ts';
import { createPlainKernels } from './plain-kernels.ts';

/** WebAssembly SIMD, where the machine has it, or plain loops. */
export type HeapKind = 'simd' | 'plain';

export interface TrainingHeap {
  readonly buffer: ArrayBuffer;
  readonly kernels: TrainingKernels;
  readonly simd: boolean;
}

const PAGE_BYTES = 65536;

/** At least `bytes` of zeros. Throws a RangeError where the machine has no such memory. */
export function createHeap(bytes: number, wanted: HeapKind = 'simd'): TrainingHeap {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (wanted === 'simd') {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const kernels = simdExports(memory);
    if (kernels !== undefined) {
      return { buffer: memory.buffer, kernels: kernels as TrainingKernels, simd: true };
    }
  }
  const buffer = new ArrayBuffer(pages * PAGE_BYTES);
  return { buffer, kernels: createPlainKernels(buffer), simd: false };
}
