/** A project of C for any `.tflite` file that tinyml computes: no interpreter, no library. */

import { sha256 } from '../../core/digest.ts';
import { unsupportedError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { isStateful } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import { compileProgram, type Program } from '../../targets/c/program.ts';
import type { Board } from '../../targets/c/project/board.ts';
import { projectFiles } from '../../targets/c/project/project-files.ts';
import { constantBytesOf } from '../../targets/c/source-code.ts';
import { standaloneNames } from '../../targets/c/standalone-names.ts';
import { stateBytes } from '../../targets/c/state-code.ts';
import { type FirmwareData, isBitExact, provenFacts, type SourceWishes } from '../firmware/model-facts.ts';
import { checkStream, preparingFacts } from '../firmware/stream-facts.ts';
import { readTflmModel } from '../tflm-model.ts';
import { huffmanLines, huffmanReport } from './huffman-report.ts';
import {
  checkEndNames,
  checkListeningName,
  checkProgramNames,
  checkStandaloneName,
} from './standalone-name.ts';

/** The text takes about 5 characters a byte, and several times as much memory while it is made. */
const MAX_MODEL_BYTES = 2 ** 24;

/** What the C is called, and where it runs. */
export interface StandaloneOptions extends SourceWishes, ProgramOptions {
  /** What functions and files begin with. */
  readonly name: string;
  /** What is put around the sources; by default a `main.c` for any machine. */
  readonly board?: Board;
  /** The name of the folder, where it matters: that of an Arduino sketch. By default `name`. */
  readonly folder?: string;
}

/** What there is to say of it in numbers. A type, not an interface, because stages take it for their metrics. */
export type StandaloneFigures = {
  readonly modelBytes: number;
  /** Working memory of one inference, besides inputs, outputs and the stack. */
  readonly bufferBytes: number;
  /** What no plan of that memory could be below. */
  readonly bufferBound: number;
  /** What the caller keeps from one inference to the next. */
  readonly stateBytes: number;
  /** Of weights and tables in flash; code comes on top. */
  readonly constantBytes: number;
  readonly operators: number;
  /** Multiply-accumulates of one inference. */
  readonly macs: number;
  /** Of these, what is done twice because operators are computed in bands of rows, and what that saves of the buffer; 0 where none are. */
  readonly extraMacs: number;
  readonly savedBytes: number;
  readonly vectors: number;
};

/** What an export made, and its figures. */
export interface Standalone {
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
  readonly metrics: StandaloneFigures;
  /** Sentences of what was saved and what it costs, where that was asked for. */
  readonly notes: readonly string[];
}

function figures(modelBytes: number, program: Program, vectors: number): StandaloneFigures {
  const { operators, macs } = graphCost(program.graph);
  const { extraMacs = 0, savedBytes = 0 } = program.banding ?? {};
  return {
    modelBytes,
    bufferBytes: program.memory.bytes,
    bufferBound: program.memory.lowerBound,
    stateBytes: stateBytes(program),
    constantBytes: constantBytesOf(program),
    operators,
    macs,
    extraMacs,
    savedBytes,
    vectors,
  };
}

/**
 * C that computes the model, a self-test, and what a board needs around them. Throws `bad-c-name` and what else is wrong
 * with the options (usage), `no-standalone-c` and `model-too-large` (unsupported), and what reading the model throws.
 */
export function exportStandalone(
  model: Uint8Array,
  { name, board = 'host', folder = name, optimize, huffman, ...wishes }: StandaloneOptions,
  data: FirmwareData,
): Standalone {
  checkStandaloneName(name);
  if (model.length > MAX_MODEL_BYTES) {
    throw unsupportedError(
      'model-too-large',
      `The model has ${model.length} bytes; C without an interpreter is written up to ${MAX_MODEL_BYTES} bytes.`,
      'No microcontroller holds a model like this; train a smaller one.',
    );
  }
  const { graph } = readTflmModel(model);
  const program = compileProgram(graph, given({ optimize, huffman }));
  const names = standaloneNames(graph, name);
  checkProgramNames(program, name);
  checkEndNames(names);
  const project = {
    program,
    names,
    digest: sha256(model),
    ...preparingFacts(data),
    ...provenFacts(model, graph, wishes, data),
    isStateful: isStateful(graph),
    bitExact: isBitExact(graph),
  };
  if (data.stream !== undefined) {
    checkListeningName(name);
    checkStream(data.stream, project);
  }
  const files = projectFiles(project, board, folder).map(({ path, text }) => [path, text]);
  return {
    files: Object.fromEntries(files),
    metrics: figures(model.length, program, project.vectors.length),
    notes:
      huffman === undefined ? [] : huffmanLines(huffmanReport(program, { huffman, ...given({ optimize }) })),
  };
}
