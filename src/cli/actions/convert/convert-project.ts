/** `tinyml convert` without a model file: the stage of the project. */

import { usageError } from '../../../core/errors.ts';
import { given } from '../../../core/given.ts';
import { int4Wish } from '../../../models/quantize/int4/int4-wish.ts';
import { MODEL_FILE } from '../../../stages/convert.ts';
import type { Session } from '../../terminal/session.ts';
import { publishFile } from '../../workspace/publish.ts';
import { runStage } from '../stage-action.ts';
import { type ConvertFlags, typeOf, weightsOf } from './convert-flags.ts';
import { importFlagsGiven } from './import-flags.ts';
import { refuseSourceName } from './source-name.ts';

/** Refuses what only a model file can be converted with: passing over it would look like doing it. */
function refuseFileFlags(all: ConvertFlags): void {
  const { calibration, pass, dumpIr, tflmOnly, plan, lutLayers, recurrent, streamRows } = all;
  const weights = weightsOf(all);
  const flags: readonly (readonly [string, boolean])[] = [
    [`--${weights}`, weights !== undefined],
    ['--calibration', calibration !== undefined],
    ['--no-pass', pass.length > 0],
    ['--dump-ir', dumpIr !== undefined],
    ['--tflm-only', tflmOnly === true],
    ['--plan', plan !== undefined],
    ['--lut-layers', lutLayers !== undefined],
    ['--recurrent', recurrent !== undefined],
    ['--stream-rows', streamRows !== undefined],
    ...importFlagsGiven(all),
  ];
  const found = flags.find(([, isGiven]) => isGiven);
  if (found === undefined) return;
  throw usageError(
    'needs-model-file',
    `${found[0]} needs a model file, and none is given`,
    `Convert the project's model first, "tinyml convert ${weights === undefined ? '' : '--float '}-o model.tflite", then "tinyml convert model.tflite ${found[0]} …".`,
  );
}

export async function convertProject(session: Session, flags: ConvertFlags): Promise<void> {
  refuseFileFlags(flags);
  refuseSourceName(flags.output);
  const { io, int16, int4, weightsBudget, densePerChannel, method, library, output, force } = flags;
  int4Wish(flags);
  const overrides = given({
    type: typeOf(flags),
    io,
    int4,
    weightsBudget,
    int16: int16 === undefined ? undefined : [...int16],
    densePerChannel,
    method,
    library,
    lut: flags.lut,
  });
  await runStage(
    session,
    'convert',
    overrides,
    ({ artifact }) => (output === undefined ? [] : [publishFile(session, artifact, MODEL_FILE, output)]),
    force,
  );
}
