/** What runs a plan: kernels, the memory that they work on, and where the training stands. */

import type { Address, TrainingKernels } from '../../kernels/training/kernels.ts';
import type { Link, LinkableKernels } from '../../kernels/training/link-kernels.ts';

/** What decides the calls of a step that is nothing but calls of kernels. */
export interface CallContext {
  readonly kernels: LinkableKernels;
  /** Where this thread's scratch memory begins. */
  readonly scratch: Address;
  /** Samples in this batch, at most those of the plan. */
  readonly rows: number;
  /** Dropout and batch normalization behave otherwise when they do not train. */
  readonly training: boolean;
}

/** What a step of the plan is given each time it runs. */
export interface Run extends CallContext {
  readonly kernels: TrainingKernels;
  /** Absent where kernels are plain loops. */
  readonly link?: Link | undefined;
  /** The memory as float32; index = address / 4. */
  readonly floats: Float32Array;
  /** Samples that go through steps together: what a step leaves is in the cache for the next one. */
  readonly samplesAtOnce: number;
  rows: number;
  training: boolean;
  /** Updates so far, this one included. */
  steps: number;
  learningRate: number;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** `length` elements from an address on. */
export function view({ floats }: Run, address: Address, length: number): Float32Array {
  return floats.subarray(address / FLOAT_BYTES, address / FLOAT_BYTES + length);
}

/** Samples `from` up to `end` of an array with `size` elements for each. */
export function samplesOf(run: Run, address: Address, size: number, from: number, end: number): Float32Array {
  return view(run, address + from * size * FLOAT_BYTES, (end - from) * size);
}

export function zero({ kernels }: CallContext, address: Address, length: number): void {
  kernels.clear(address, length);
}

/** to[count] = from[count]; they share no memory. */
export function copy({ kernels }: CallContext, from: Address, to: Address, count: number): void {
  kernels.copyRows(from, count, to, count, 1, count);
}
