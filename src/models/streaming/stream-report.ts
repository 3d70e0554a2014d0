/** What a network that takes the new rows alone saves and costs. */

import { attempt } from '../../core/errors.ts';
import { tensorBytes } from '../../core/tensor.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { compileProgram } from '../../targets/c/program.ts';
import { workingBytes } from '../standalone/standalone-memory.ts';
import { inferencesToFirst, layerTitle, type StreamedGraph } from './stream-graph.ts';

const TARGETS = ['cortex-m-reference', 'cortex-m-cmsis-nn'] as const satisfies readonly ArenaTarget[];

/** Working memory in bytes, of the network of the window and of that of the new rows, what that keeps included. */
export interface StreamMemory {
  /** A build of TFLM, whose room for variables is counted without their padding: at least. */
  readonly target: (typeof TARGETS)[number] | 'standalone-c';
  readonly windowBytes: number;
  readonly bytes: number;
}

/** What a network of new rows costs an answer, beside that of the window. */
export interface StreamReport {
  /** That every inference takes, and of the window. */
  readonly rows: number;
  readonly windowRows: number;
  /** The first inference that is an answer, counted from 1. */
  readonly firstAnswer: number;
  /** Multiply-accumulates of an answer. */
  readonly windowMacs: number;
  readonly macs: number;
  /** What is kept from one inference to the next. */
  readonly stateBytes: number;
  readonly memory: readonly StreamMemory[];
  /** The first layer that is computed as a whole, and why. */
  readonly end?: { readonly layer: string; readonly reason: string };
}

function stateBytesOf({ values }: Graph): number {
  return [...values.values()].reduce((sum, { state, type }) => sum + (state ? tensorBytes(type) : 0), 0);
}

/** Undefined where no C is made of it. */
function standaloneBytes(graph: Graph): number | undefined {
  const program = attempt(() => compileProgram(graph));
  return 'value' in program ? workingBytes(program.value) : undefined;
}

/** `windowFile` is the file of the window's graph, `file` that of the other. */
export function streamReport(
  window: Graph,
  windowFile: Uint8Array,
  streamed: StreamedGraph,
  file: Uint8Array,
): StreamReport {
  const { graph, rows, windowRows, end } = streamed;
  const stateBytes = stateBytesOf(graph);
  const arena = (bytes: Uint8Array, target: ArenaTarget): number =>
    planArena(readOutline(bytes).outline, target).minimumBytes;
  const [before, after] = [standaloneBytes(window), standaloneBytes(graph)];
  return {
    rows,
    windowRows,
    firstAnswer: inferencesToFirst(streamed),
    windowMacs: graphCost(window).macs,
    macs: graphCost(graph).macs,
    stateBytes,
    memory: [
      ...TARGETS.map((target) => ({
        target,
        windowBytes: arena(windowFile, target),
        bytes: arena(file, target) + stateBytes,
      })),
      ...(before === undefined || after === undefined
        ? []
        : [{ target: 'standalone-c' as const, windowBytes: before, bytes: after }]),
    ],
    ...(end === undefined ? {} : { end: { layer: layerTitle(end), reason: end.reason } }),
  };
}
