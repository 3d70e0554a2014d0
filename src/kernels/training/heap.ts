/** The memory of a training step with kernels that work on it: WebAssembly SIMD, or plain loops. */

import { type MemorySort, simdExports } from '../simd/simd-instance.ts';
import type { Address, TrainingKernels } from './kernels.ts';
import { type Link, linkerOf } from './link-kernels.ts';
import { createPlainKernels } from './plain-kernels.ts';

/** WebAssembly SIMD, where the machine has it, or plain loops. */
export type HeapKind = 'simd' | 'plain';

export interface TrainingHeap {
  readonly buffer: ArrayBufferLike;
  readonly kernels: TrainingKernels;
  readonly simd: boolean;
  /** Absent where kernels are plain loops. */
  readonly link?: Link;
}

/** What is handed to another thread, which works on the same bytes: a memory of WebAssembly for SIMD, or its like. */
export interface SharedMemory {
  readonly buffer: ArrayBufferLike;
}

const PAGE_BYTES = 65536;

/** Columns of four rows that products pack side by side (`gemm.ts` of the assembly). */
export const PANEL_COLUMNS = 96;
/** Lists of elements that are not zero lie behind them (`convolve/nonzeros.ts` of the assembly). */
const LISTS_BYTES = 4 * 512 * 8;
/** What the products of one thread pack them in, behind all else. */
const PANEL_BYTES = PANEL_COLUMNS * 4 * Float32Array.BYTES_PER_ELEMENT + LISTS_BYTES;

/** Beyond it an address would no longer be a positive int32, which kernels compute with. */
const MAX_BYTES = 2 ** 31 - PAGE_BYTES;

/** With a panel for each thread. */
function pagesOf(asked: number, threads: number): number {
  const bytes = asked + threads * PANEL_BYTES;
  if (bytes > MAX_BYTES) throw new RangeError(`${bytes} bytes are more than addresses reach.`);
  return Math.ceil(bytes / PAGE_BYTES);
}

interface SimdKernels extends TrainingKernels {
  usePanel(address: Address): void;
}

function heapOn(memory: WasmMemory, sort: MemorySort, thread: number): TrainingHeap | undefined {
  const kernels = simdExports(memory, sort) as SimdKernels | undefined;
  if (kernels === undefined) return undefined;
  kernels.usePanel(memory.buffer.byteLength - (thread + 1) * PANEL_BYTES);
  return { buffer: memory.buffer, kernels, simd: true, link: linkerOf(kernels) };
}

function plainHeap(buffer: ArrayBufferLike): TrainingHeap {
  return { buffer, kernels: createPlainKernels(buffer), simd: false };
}

/** At least `bytes` of zeros. Throws a RangeError where there is no such memory. */
export function createHeap(bytes: number, wanted: HeapKind = 'simd'): TrainingHeap {
  const pages = pagesOf(bytes, 1);
  if (wanted === 'simd') {
    const heap = heapOn(new WebAssembly.Memory({ initial: pages, maximum: pages }), 'own', 0);
    if (heap !== undefined) return heap;
  }
  return plainHeap(new ArrayBuffer(pages * PAGE_BYTES));
}

/** The same, for several threads: each makes a heap of what they share by `attachHeap`. */
export function createSharedMemory(bytes: number, wanted: HeapKind, threads: number): SharedMemory {
  const pages = pagesOf(bytes, threads);
  if (wanted === 'simd') return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { buffer: new SharedArrayBuffer(pages * PAGE_BYTES) };
}

/** For one of the threads, which count from 0. Throws where the memory is WebAssembly's and the machine has no SIMD. */
export function attachHeap(memory: SharedMemory, thread: number): TrainingHeap {
  if (!(memory instanceof WebAssembly.Memory)) return plainHeap(memory.buffer);
  const heap = heapOn(memory, 'shared', thread);
  if (heap === undefined) throw new Error('WebAssembly SIMD does not run here');
  return heap;
}
