/** C source of any `.tflite` file that tinyml computes, which needs no interpreter and no library. */

import { headerCode } from '../../targets/c/header-code.ts';
import { compileProgram, type Program } from '../../targets/c/program.ts';
import { sourceCode } from '../../targets/c/source-code.ts';
import { standaloneNames } from '../../targets/c/standalone-names.ts';
import { checkCIdentifier } from '../../targets/c-array/c-identifier.ts';
import { readTflmModel } from '../tflm-model.ts';

export interface StandaloneOptions {
  /** What functions and files begin with. */
  readonly name: string;
}

export interface Standalone {
  readonly program: Program;
  /** Files by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Throws `bad-c-name` (usage) and `no-standalone-c` (unsupported) besides what reading the model throws. */
export function exportStandalone(model: Uint8Array, { name }: StandaloneOptions): Standalone {
  checkCIdentifier(name);
  const program = compileProgram(readTflmModel(model).graph);
  const names = standaloneNames(program.graph, name);
  return {
    program,
    files: { [`${name}.h`]: headerCode(program, names), [`${name}.c`]: sourceCode(program, names) },
  };
}
