/** `tinyml convert`: the project's model, or any model file to a `.tflite` file, and what each pass bought. */

import { join } from 'node:path';
import { usageError, withAsyncErrorContext } from '../../../core/errors.ts';
import { given } from '../../../core/given.ts';
import { printGraph } from '../../../ir/print-graph.ts';
import { convertModel } from '../../../models/convert/convert-model.ts';
import { int4Wish } from '../../../models/quantize/int4/int4-wish.ts';
import type { PassObserver } from '../../../passes/pass.ts';
import type { ConvertJson } from '../../printed-json.ts';
import { renderConversion } from '../../render/conversion/conversion.ts';
import type { Session } from '../../terminal/session.ts';
import { conversionSettings } from '../../workspace/conversion-settings.ts';
import { openModelFile, requireModelFile } from '../../workspace/model-bytes.ts';
import { publishBytes } from '../../workspace/publish.ts';
import { workContext } from '../../workspace/work-context.ts';
import { type ConvertFlags, typeOf, weightsOf } from './convert-flags.ts';
import { warnOfIdleFlags, warnOfIdleSamples, warnOfLibrary, warnOfWeights } from './convert-warnings.ts';
import { wishesOf } from './import-flags.ts';
import { formOfChoice, isStepChoice } from './recurrent-choice.ts';
import { refuseSourceName } from './source-name.ts';

/** Its ends are what its layers compute in, and TFLM rescales none for nothing. */
function refuseInt8Ends({ io, int16x8 }: ConvertFlags): void {
  if (io !== 'int8' || int16x8 !== true) return;
  throw usageError(
    'int16-ends',
    '--io int8 and --int16x8 do not go together: inputs and outputs of such a model are int16',
    'Leave --io out, or give --io float.',
  );
}

/** Writes the graph after every pass to a numbered file, where that was asked for. */
function graphDumper(session: Session, directory: string | undefined): PassObserver {
  let passes = 0;
  return (pass, graph) => {
    if (directory === undefined) return;
    const name = `${String(passes++).padStart(2, '0')}-${pass}.txt`;
    publishBytes(session, printGraph(graph), join(directory, name));
  };
}

async function convertFile(session: Session, model: string, flags: ConvertFlags): Promise<void> {
  const { output, calibration, dumpIr, io, densePerChannel, method, library, tflmOnly, plan } = flags;
  const wish = int4Wish(flags);
  if (output !== undefined) refuseSourceName(output);
  if (flags.force === true) {
    throw usageError(
      'needs-project',
      "--force is for the project's model, and a model file is given",
      'Leave --force out.',
    );
  }
  const weights = weightsOf(flags);
  const { conversion, quantization } = await conversionSettings(session);
  const file = openModelFile(session, model, wishesOf(flags));
  const imported = await file.imported();
  // What is no model is said first.
  if (output === undefined) {
    throw usageError('no-output', `Say where the converted ${model} goes`, 'Add -o model.tflite.');
  }
  const { graph } = imported;
  const isStep = isStepChoice(flags.recurrent);
  // What reads samples is not loaded for nothing.
  const records =
    calibration === undefined
      ? undefined
      : (await import('../../workspace/samples.ts')).openCalibration(session, calibration, imported, isStep);
  try {
    warnOfIdleFlags(session, model, graph, flags);
    const layers = flags.lutLayers ?? ((flags.lut ?? conversion.lut) ? ('all' as const) : undefined);
    const options = {
      // int8 is what a project says where it says nothing: a model that is int8 already keeps its ends then.
      ...given({
        type: typeOf(flags),
        int16: flags.int16,
        int4: wish,
        calibration: records,
        tflmOnly,
        plan,
        weights,
        lut: layers,
        streamRows: flags.streamRows,
        recurrent: formOfChoice(flags.recurrent),
        io: io ?? (conversion.io === 'float' ? 'float' : undefined),
      }),
      densePerChannel: densePerChannel ?? quantization.densePerChannel,
      method: method ?? quantization.method,
      library: library ?? conversion.library,
      without: flags.pass,
    };
    const { bytes, steps, arenas, scales, int4, lut, stream } = await withAsyncErrorContext(model, () =>
      convertModel(graph, options, workContext(session), graphDumper(session, dumpIr)),
    );
    if (records !== undefined && scales?.made.fromSamples === 0) warnOfIdleSamples(session, model);
    if (weights === undefined) warnOfLibrary(session, bytes, options.library);
    else warnOfWeights(session, output, bytes, weights);
    const report = {
      model,
      inputBytes: file.modelBytes(),
      written: publishBytes(session, bytes, output, file.isTflite ? model : undefined),
      bytes: bytes.length,
      ...(plan === undefined ? {} : { plan: arenas ?? null }),
      steps,
      ...given({ scales, int4, lut, stream }),
    };
    session.emit<ConvertJson>(() => renderConversion(report, session.columns), report);
  } finally {
    records?.close();
  }
}

/**
 * Writes the `.tflite` file of the project, or of `model`. Throws usage errors for options that the other of the two
 * has.
 */
export async function convertAction(
  session: Session,
  model: string | undefined,
  flags: ConvertFlags,
): Promise<void> {
  requireModelFile(session, model);
  refuseInt8Ends(flags);
  if (model !== undefined) return convertFile(session, model, flags);
  // Every stage and what it stands on, of which a model file needs nothing.
  const { convertProject } = await import('./convert-project.ts');
  return convertProject(session, flags);
}
