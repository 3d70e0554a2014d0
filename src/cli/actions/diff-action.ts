/** `tinyml diff`: two model files side by side. */

import { resolve } from 'node:path';
import { readInputFile } from '../../artifacts/files.ts';
import { mismatchError, withErrorContext } from '../../core/errors.ts';
import { diffModels } from '../../models/diff/diff-models.ts';
import { type ModelFacts, readModelFacts } from '../../models/diff/model-facts.ts';
import { readFiniteArray } from '../../stages/dataset-reader.ts';
import { renderDiff } from '../render/model-diff.ts';
import type { CliIo } from '../terminal/io.ts';
import { readAnyModel } from '../workspace/model-bytes.ts';

export interface DiffFlags {
  readonly input?: string;
  readonly exitCode?: boolean;
  readonly json?: boolean;
}

interface DiffSide {
  /** As the user names it. */
  readonly name: string;
  readonly converted: boolean;
  readonly facts: ModelFacts;
}

async function readSide(io: CliIo, name: string): Promise<DiffSide> {
  const { bytes, converted } = await readAnyModel(io, name);
  return { name, converted, facts: withErrorContext(name, () => readModelFacts(bytes)) };
}

export async function diff(io: CliIo, a: string, b: string, flags: DiffFlags): Promise<void> {
  const { input, exitCode, json } = flags;
  const records =
    input === undefined
      ? undefined
      : readFiniteArray(readInputFile(resolve(io.cwd, input), 'a .npy file'), input);
  const [sideA, sideB] = [await readSide(io, a), await readSide(io, b)];
  const result = diffModels(sideA.facts, sideB.facts, records);
  const names = {
    a: { name: sideA.name, converted: sideA.converted },
    b: { name: sideB.name, converted: sideB.converted },
  };
  io.stdout.write(
    json === true ? `${JSON.stringify({ ...names, ...result })}\n` : renderDiff({ ...names, diff: result }),
  );
  if (exitCode === true && !result.identical) {
    throw mismatchError('models-differ', 'The models differ');
  }
}
