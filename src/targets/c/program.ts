/** A graph as a program of C: its steps with their emissions, and where every value lies. */

import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { padInWindows } from '../../passes/bands/pad-in-windows.ts';
import { runPasses } from '../../passes/pass.ts';
import type { Banding } from './bands/banding.ts';
import { chooseBands, savesEnough } from './bands/choose-bands.ts';
import { distinctArrays } from './coded/weights.ts';
import { compileStep } from './compile-step.ts';
import { ConstantPool } from './constant-pool.ts';
import { inOwnFunction } from './emitters/by-goal.ts';
import { chooseSteps } from './fusing/choose-steps.ts';
import { type PlannedMemory, planMemory } from './memory/plan-memory.ts';
import { DEFAULT_OPTIMIZE, type HuffmanTime, type Optimize, type ProgramOptions } from './optimize.ts';
import type { ProgramStep } from './program-step.ts';

export interface Program extends PlannedMemory {
  /** What the steps are made of: the ends of the graph that was compiled, with other operators between them. */
  readonly graph: Graph;
  readonly optimize: Optimize;
  /** When weights are decoded; undefined where all lie in flash as they are. */
  readonly huffman: HuffmanTime | undefined;
  /** Operators in the order in which they run; two are one where that takes less memory. */
  readonly steps: readonly ProgramStep[];
  readonly constants: ConstantPool;
  /** Which operators are computed in bands of rows, if any are. */
  readonly banding?: Banding;
}

function compileAs(graph: Graph, optimize: Optimize, huffman: HuffmanTime | undefined): Program {
  const constants = new ConstantPool({ codesWeights: huffman !== undefined });
  const steps = graph.nodes.map((_, index) => compileStep(graph, index, { constants, optimize }));
  const weightBytes = ({ coded }: ProgramStep): readonly number[] =>
    huffman === 'layer' ? coded.map(({ bytes }) => bytes) : [];
  const chosen = chooseSteps(graph, steps, (some) =>
    planMemory(
      graph,
      some.map((step) => ({ ...step, weightBytes: weightBytes(step) })),
    ),
  );
  return { graph, optimize, huffman, constants, ...chosen };
}

/** What no file could hold and C can. */
const STANDALONE_PASSES = [padInWindows];

/** What the decoder takes in code, as gcc compiles it. */
const DECODER_BYTES = 320;

function savedByCodes({ constants }: Program): number {
  return distinctArrays(constants.coded).reduce((sum, { bytes, codeBytes }) => sum + bytes - codeBytes, 0);
}

/** Weights that are codes would be decoded for every band, so such programs stay whole. */
function inBands(whole: Program): Program {
  const { graph, optimize } = whole;
  if (optimize === 'speed') return whole;
  const chosen = chooseBands(whole, optimize);
  if (chosen === undefined) return whole;
  const program = compileAs(runPasses(graph, [chosen.pass]), optimize, undefined);
  const steps = program.steps.map(({ emission, ...step }) => ({
    ...step,
    emission: optimize === 'balanced' && emission.isWholeInBands ? inOwnFunction(emission) : emission,
  }));
  const savedBytes = whole.memory.bytes - program.memory.bytes;
  if (!savesEnough(savedBytes, whole.memory.bytes, optimize)) return whole;
  const extraMacs = graphCost(program.graph).macs - graphCost(graph).macs;
  return { ...program, steps, banding: { stages: chosen.stages, extraMacs, savedBytes } };
}

/**
 * Throws `no-standalone-c` (unsupported) for an operator or type that has no C here. Weights stay as they are where codes of
 * all that get smaller save less than their decoder takes.
 */
export function compileProgram(
  graph: Graph,
  { optimize = DEFAULT_OPTIMIZE, huffman }: ProgramOptions = {},
): Program {
  const prepared = runPasses(graph, STANDALONE_PASSES);
  const program = compileAs(prepared, optimize, huffman);
  if (huffman !== undefined && savedByCodes(program) > DECODER_BYTES) return program;
  return inBands(huffman === undefined ? program : compileAs(prepared, optimize, undefined));
}
