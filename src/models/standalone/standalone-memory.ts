/** The memory that C without an interpreter works on. */

import { given } from '../../core/given.ts';
import { tensorBytes } from '../../core/tensor.ts';
import { getValue } from '../../ir/graph.ts';
import type { Banding } from '../../targets/c/bands/banding.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import { compileProgram, type Program } from '../../targets/c/program.ts';
import { constantBytesOf, sourceCode } from '../../targets/c/source-code.ts';
import { standaloneNames } from '../../targets/c/standalone-names.ts';
import { stateBytes } from '../../targets/c/state-code.ts';
import { readTflmModel } from '../tflm-model.ts';

/** In bytes. */
export interface StandaloneMemory {
  /** What every step but the caller's inputs and outputs lies in. */
  readonly bufferBytes: number;
  /** No buffer is smaller in this order of steps: equal to `bufferBytes` where the plan is proven the best. */
  readonly lowerBound: number;
  /** The struct that lives from one inference to the next; 0 where there is none. */
  readonly stateBytes: number;
  /** Inputs and outputs, which lie where the caller has them. */
  readonly callerBytes: number;
  /** Which operators are computed in bands of rows for it, if any are. */
  readonly banding?: Banding;
}

/** The program of a `.tflite` file. Throws `no-standalone-c` (unsupported) besides what reading the model throws. */
export function standaloneProgram(model: Uint8Array, options: ProgramOptions = {}): Program {
  return compileProgram(readTflmModel(model).graph, options);
}

/** What the constants of the C take. It is written for that, since some of them are known only then. */
export function constantBytes(program: Program): number {
  sourceCode(program, standaloneNames(program.graph, 'model'));
  return constantBytesOf(program);
}

/** The buffer and the state, which builds of TFLM hold in their arena. */
export function workingBytes(program: Program): number {
  return program.memory.bytes + stateBytes(program);
}

export function standaloneMemory(program: Program): StandaloneMemory {
  const { graph, memory, banding } = program;
  const ends = [...graph.inputs, ...graph.outputs];
  return {
    bufferBytes: memory.bytes,
    lowerBound: memory.lowerBound,
    stateBytes: stateBytes(program),
    callerBytes: ends.reduce((sum, id) => sum + tensorBytes(getValue(graph, id).type), 0),
    ...given({ banding }),
  };
}
