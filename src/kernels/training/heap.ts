/** The memory of a training step with kernels that work on it: WebAssembly SIMD, or plain loops. */

import { type MemorySort, simdExports } from '../simd/simd-instance.ts';
import type { TrainingKernels } from './kernels.ts';
import { createPlainKernels } from './plain-kernels.ts';

/** WebAssembly SIMD, where the machine has it, or plain loops. */
export type HeapKind = 'simd' | 'plain';

export interface TrainingHeap {
  readonly buffer: ArrayBufferLike;
  readonly kernels: TrainingKernels;
  readonly simd: boolean;
}

/** What is handed to another thread, which works on the same bytes: a memory of WebAssembly for SIMD, or its like. */
export interface SharedMemory {
  readonly buffer: ArrayBufferLike;
}

const PAGE_BYTES = 65536;

/** Beyond it an address would no longer be a positive int32, which kernels compute with. */
const MAX_BYTES = 2 ** 31 - PAGE_BYTES;

function pagesOf(bytes: number): number {
  if (bytes > MAX_BYTES) throw new RangeError(`${bytes} bytes are more than addresses reach.`);
  return Math.ceil(bytes / PAGE_BYTES);
}

function heapOn(memory: WasmMemory, sort: MemorySort): TrainingHeap | undefined {
  const kernels = simdExports(memory, sort);
  return kernels && { buffer: memory.buffer, kernels: kernels as TrainingKernels, simd: true };
}

function plainHeap(buffer: ArrayBufferLike): TrainingHeap {
  return { buffer, kernels: createPlainKernels(buffer), simd: false };
}

/** At least `bytes` of zeros. Throws a RangeError where there is no such memory. */
export function createHeap(bytes: number, wanted: HeapKind = 'simd'): TrainingHeap {
  const pages = pagesOf(bytes);
  if (wanted === 'simd') {
    const heap = heapOn(new WebAssembly.Memory({ initial: pages, maximum: pages }), 'own');
    if (heap !== undefined) return heap;
  }
  return plainHeap(new ArrayBuffer(pages * PAGE_BYTES));
}

/** The same, for several threads: each makes a heap of what they share by `attachHeap`. */
export function createSharedMemory(bytes: number, wanted: HeapKind): SharedMemory {
  const pages = pagesOf(bytes);
  if (wanted === 'simd') return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { buffer: new SharedArrayBuffer(pages * PAGE_BYTES) };
}

/** Throws where the memory is WebAssembly's and the machine has no SIMD. */
export function attachHeap(memory: SharedMemory): TrainingHeap {
  if (!(memory instanceof WebAssembly.Memory)) return plainHeap(memory.buffer);
  const heap = heapOn(memory, 'shared');
  if (heap === undefined) throw new Error('WebAssembly SIMD does not run here');
  return heap;
}
