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

/** Beyond it an address would no longer be a positive int32, which kernels compute with. */
const MAX_BYTES = 2 ** 31 - PAGE_BYTES;

/** At least `bytes` of zeros. Throws a RangeError where there is no such memory. */
export function createHeap(bytes: number, wanted: HeapKind = 'simd'): TrainingHeap {
  if (bytes > MAX_BYTES) throw new RangeError(`${bytes} bytes are more than addresses reach.`);
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
