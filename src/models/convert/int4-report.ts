/** What 4-bit weights save, and what they cost: noise, arena, and libraries. */

import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { type LibrarySupport, librarySupport } from '../inspect/library-support.ts';
import type { Int4Outcome } from '../quantize/int4/choose-int4.ts';

const TARGETS = [
  'cortex-m-reference',
  'cortex-m-cmsis-nn',
  'arduino-tflm',
  'chirale',
] as const satisfies readonly ArenaTarget[];

/** The least arenas of both forms, in bytes. */
export interface Int4Arena {
  readonly target: (typeof TARGETS)[number];
  readonly int8Bytes: number;
  /** Reference kernels unpack the weights of an operator into it before they compute. */
  readonly bytes: number;
}

/** What a conversion tells of 4-bit weights. */
export interface Int4Report extends Pick<Int4Outcome, 'layers' | 'weightBytes' | 'int8WeightBytes' | 'loss'> {
  /** The file, and the one that int8 would be. */
  readonly bytes: number;
  readonly int8Bytes: number;
  readonly arenas: readonly Int4Arena[];
  readonly libraries: readonly LibrarySupport[];
}

/** `int8File` is made of the same graph with 8 bits everywhere. */
export function int4Report(outcome: Int4Outcome, file: Uint8Array, int8File: Uint8Array): Int4Report {
  const { layers, weightBytes, int8WeightBytes, loss } = outcome;
  const [{ outline }, int8] = [readOutline(file), readOutline(int8File)];
  const arenas = TARGETS.map((target) => ({
    target,
    int8Bytes: planArena(int8.outline, target).minimumBytes,
    bytes: planArena(outline, target).minimumBytes,
  }));
  return {
    layers,
    weightBytes,
    int8WeightBytes,
    loss,
    bytes: file.length,
    int8Bytes: int8File.length,
    arenas,
    libraries: librarySupport(outline),
  };
}
