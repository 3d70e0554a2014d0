/** What is known of one build of TFLM: how large its own objects are, and what each kernel asks of the arena. */

import type { OperatorView, OutlineTensor } from '../ir/outline.ts';
import type { TflmKind } from '../ops/index.ts';

/** Sizes of pointers and structures: 32-bit Arm (AAPCS, short enums), or x86-64. */
export type Abi = 'arm' | 'x86-64';

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
  /** Tensors that Prepare fetches as temporary TfLiteTensors, in order; without it, all inputs and outputs once. */
  readonly fetches?: (view: OperatorView) => readonly OutlineTensor[];
  /**
   * What the persistent memory of Prepare may overwrite of the tensors it fetched before, without anybody noticing: the
   * scales and zero points of the last one, where it does not look at them again, or all, where it has given them back.
   */
  readonly overwrites?: 'last-parameters' | 'all';
}

/** By builtin name; an operator without a row is not known. */
export type KernelTable = Readonly<Record<string, KernelMemory>>;

/** With a row for every operator of TFLM that tinyml computes. */
export type CompleteKernelTable = KernelTable & Readonly<Record<Uppercase<TflmKind>, KernelMemory>>;

/** `sizeof` and `alignof` of a structure. */
export interface StructLayout {
  readonly bytes: number;
  readonly align: number;
}

/**
 * One build: everything the plan of an arena depends on besides the model. Another build with other sizes is another
 * object of this type; the order of allocations is the same in every build known here.
 */
export interface BuildProfile {
  readonly abi: Abi;
  readonly kernels: KernelTable;
  /** Made once, in this order: the arena's allocator, the memory planner, MicroAllocator. */
  readonly allocatorObjects: readonly StructLayout[];
  /** MicroResourceVariables, and what it keeps of each variable, in bytes: where a model has variables, behind these. */
  readonly resourceVariables: { readonly objectBytes: number; readonly bytesPerVariable: number };
  /** MicroBuiltinDataAllocator, made once behind them. */
  readonly optionsAllocator: StructLayout;
  /** SubgraphAllocations, one for each subgraph. */
  readonly subgraphAllocations: StructLayout;
  /** TfLiteEvalTensor, one for each tensor. */
  readonly evalTensor: StructLayout;
  /** NodeAndRegistration, one for each operator. */
  readonly nodeAndRegistration: StructLayout;
  /** TfLiteTensor, one for each input and output of the model, and for a moment those of the operator in Prepare. */
  readonly tensor: StructLayout;
  /** TfLiteAffineQuantization, which a quantized TfLiteTensor points to. */
  readonly affineQuantization: StructLayout;
  /** A pointer, also ScratchBufferHandle and size_t. */
  readonly pointer: StructLayout;
  /** internal::ScratchBufferRequest: room for all so far and 12 more while operators are prepared. */
  readonly scratchRequest: StructLayout;
  /** AllocationInfo, one for each tensor and scratch buffer while memory is planned. */
  readonly allocationInfo: StructLayout;
  /** What the planner itself needs for each buffer it places. */
  readonly plannerBytesPerBuffer: number;
  /** sizeof(MicroInterpreter), outside the arena. */
  readonly interpreterBytes: number;
  /** sizeof(MicroMutableOpResolver<operatorCount>), outside the arena. */
  readonly resolverBytes: (operatorCount: number) => number;
}
