/** What is known of one build of TFLM: how large its own objects are, and what each kernel asks of the arena. */

import type { OutlineOperator, OutlineTensor } from './outline.ts';

/** Sizes of pointers and structures: 32-bit Arm (AAPCS, short enums), or x86-64. */
export type Abi = 'arm' | 'x86-64';

/** One operator with its tensors, as far as the memory of its kernel depends on it. */
export interface OperatorView {
  readonly operator: OutlineOperator;
  readonly inputs: readonly (OutlineTensor | undefined)[];
  readonly outputs: readonly OutlineTensor[];
}

/** Sizes in bytes of the blocks that a kernel asks for, in order; `undefined` where that is not known. */
export type BlockRule = (view: OperatorView, abi: Abi) => readonly number[] | undefined;

/** What one kernel asks of the arena. */
export interface KernelMemory {
  /** The parsed builtin options, with their alignment; the parsers of some operators allocate nothing. */
  readonly options?: Readonly<Record<Abi, { readonly bytes: number; readonly align: number }>>;
  /** Persistent memory taken in Init (its OpData), each block 16-aligned. */
  readonly init?: BlockRule;
  /** Persistent memory taken in Prepare, each block 16-aligned. */
  readonly prepare?: BlockRule;
  /** Scratch buffers requested in Prepare, which lie in the head while the operator runs. */
  readonly scratch?: BlockRule;
}

/** By builtin name; an operator without a row is not known. */
export type KernelTable = Readonly<Record<string, KernelMemory>>;
