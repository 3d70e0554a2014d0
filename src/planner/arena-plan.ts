/** Where everything lies in the tensor arena of TensorFlow Lite Micro, and the least arena that works. */

/**
 * A build of TFLM: its kernels and the sizes of its objects. The first three are commit 90b983c2; `arduino-tflm` and
 * `chirale` are the Arduino libraries Arduino_TensorFlowLite 2.4.0-ALPHA and Chirale_TensorFLowLite 2.0.0 on a Cortex-M,
 * with the CMSIS-NN kernels they come with.
 */
export const ARENA_TARGETS = [
  'cortex-m-reference',
  'cortex-m-cmsis-nn',
  'x86-64',
  'arduino-tflm',
  'chirale',
] as const;
/** One of `ARENA_TARGETS`. */
export type ArenaTarget = (typeof ARENA_TARGETS)[number];

/** What plans and limits are of where nothing else is said. */
export const DEFAULT_ARENA_TARGET: ArenaTarget = 'cortex-m-cmsis-nn';

/** A buffer of the head: an activation, or the scratch memory of one operator. */
export interface PlannedBuffer {
  readonly subgraph: number;
  /** Index of the tensor; scratch buffers have none. */
  readonly tensor?: number;
  /** Index of the operator that asks for scratch memory. */
  readonly scratchOf?: number;
  /** As allocated, a multiple of 16. */
  readonly bytes: number;
  readonly offset: number;
  /** Times count operators: 0 is before the first one, operator i runs at time i + 1. Both ends included. */
  readonly firstUse: number;
  readonly lastUse: number;
}

/** A share of the persistent tail. */
export interface TailShare {
  readonly what: string;
  readonly bytes: number;
}

/** Where every buffer of a model lies in the arena of one build. */
export interface ArenaPlan {
  readonly target: ArenaTarget;
  /** Activations and scratch memory: bytes at the low end. */
  readonly headBytes: number;
  /** Persistent objects: bytes at the high end. */
  readonly tailBytes: number;
  /** `MicroInterpreter::arena_used_bytes()`: head and tail. */
  readonly usedBytes: number;
  /**
   * The least arena, a multiple of 16 with a 16-aligned base, with which AllocateTensors and Invoke succeed and nothing
   * overwrites anything.
   */
  readonly minimumBytes: number;
  /**
   * The least one that TFLM accepts without an error. In some models it is 16 bytes less: there kernel data overwrites
   * the scale and zero point of a tensor that Prepare has fetched for a moment and does not look at again.
   */
  readonly acceptedBytes: number;
  /** The planner needs room of its own while it works; in small models that decides. */
  readonly minimumSetBy: 'used' | 'planning';
  readonly buffers: readonly PlannedBuffer[];
  readonly tail: readonly TailShare[];
  /** Operators whose memory is not known, by name: the figures are then lower bounds. Empty where they are exact. */
  readonly unknownOperators: readonly string[];
}
