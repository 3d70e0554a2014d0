/** `tinyml convert`: the project's model, or a model file. */

import { usageError } from '../../core/errors.ts';
import type { ConvertFlags } from '../commands/convert-options.ts';
import { given } from '../commands/option-values.ts';
import type { CliIo } from '../terminal/io.ts';

type ModelType = 'int8' | 'float' | undefined;

/** Refuses what only a model file can be converted with: passing over it would look like doing it. */
function refuseFileFlags({ calibration, pass, dumpIr, tflmOnly, plan }: ConvertFlags): void {
  const flags: readonly (readonly [string, boolean])[] = [
    ['--calibration', calibration !== undefined],
    ['--no-pass', pass.length > 0],
    ['--dump-ir', dumpIr !== undefined],
    ['--tflm-only', tflmOnly === true],
    ['--plan', plan !== undefined],
  ];
  const found = flags.find(([, isGiven]) => isGiven);
  if (found === undefined) return;
  throw usageError(
    'needs-model-file',
    `${found[0]} needs a model file, and none is given`,
    `Convert the project's model first, "tinyml convert -o model.tflite", then "tinyml convert model.tflite ${found[0]} …".`,
  );
}

async function convertProject(io: CliIo, flags: ConvertFlags, type: ModelType): Promise<void> {
  refuseFileFlags(flags);
  const { runStageCommand } = await import('./stage-action.ts');
  const { publishFile } = await import('../workspace/publish.ts');
  const { io: ioType, densePerChannel, library, output, json } = flags;
  const overrides = given({ type, io: ioType, densePerChannel, library });
  await runStageCommand(io, 'convert', overrides, json === true, ({ outcome }) =>
    output === undefined ? [] : [publishFile(io, outcome.artifact, 'model.tflite', output)],
  );
}

export async function convert(io: CliIo, model: string | undefined, flags: ConvertFlags): Promise<void> {
  const { int8, float, pass, json, tflmOnly, ...rest } = flags;
  const type: ModelType = float ? 'float' : int8 ? 'int8' : undefined;
  if (model === undefined) {
    await convertProject(io, flags, type);
    return;
  }
  const { convertFile } = await import('./convert-file.ts');
  await convertFile(io, model, {
    ...rest,
    ...given({ type }),
    tflmOnly: tflmOnly === true,
    without: pass,
    json: json === true,
  });
}
