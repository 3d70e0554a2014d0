/** `tinyml convert`: the project's model, or any model file to a `.tflite` file, and what each pass bought. */

import { join } from 'node:path';
import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { ModelType } from '../../core/model-type.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import { printGraph } from '../../ir/print-graph.ts';
import { convertModel } from '../../models/convert/convert-model.ts';
import { isInt8 } from '../../models/convert/lower.ts';
import { librarySupport } from '../../models/inspect/library-support.ts';
import type { Recipe } from '../../models/quantize/method-names.ts';
import type { PassObserver } from '../../passes/pass.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import { LIBRARY_NAMES, type Library } from '../../targets/tflm/operators.ts';
import type { ConvertJson } from '../printed-json.ts';
import { renderConversion } from '../render/conversion.ts';
import type { Session } from '../terminal/session.ts';
import { openModelFile } from '../workspace/model-bytes.ts';
import { readProject, workContext } from '../workspace/project.ts';
import { publishBytes, publishFile } from '../workspace/publish.ts';
import { openCalibration } from '../workspace/samples.ts';
import { runStage } from './stage-action.ts';

/** Options of `tinyml convert`. */
export interface ConvertFlags {
  readonly int8?: boolean;
  readonly float?: boolean;
  readonly io?: ModelType;
  readonly densePerChannel?: boolean;
  readonly method?: Recipe;
  readonly library?: Library;
  readonly output?: string;
  readonly force?: boolean;
  readonly calibration?: string;
  readonly dumpIr?: string;
  readonly tflmOnly?: boolean;
  /** Plans the arena in the file, where that saves memory. */
  readonly plan?: 'offline';
  /** Passes to leave out: commander files `--no-pass <name>` under `pass`. */
  readonly pass: readonly string[];
}

function typeOf({ float, int8 }: ConvertFlags): ModelType | undefined {
  return float ? 'float' : int8 ? 'int8' : undefined;
}

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

const C_SOURCE = /\.(?:h|hh|hpp|c|cc|cpp|cxx|ino)$/i;

/** A binary under the name of a source would be what nobody asked for, and compilers say so much later. */
function refuseSourceName(output: string | undefined): void {
  if (output === undefined || !C_SOURCE.test(output)) return;
  throw usageError(
    'source-name',
    `${output} is the name of C source, and convert writes a .tflite file`,
    'Write model.tflite, then run "tinyml export-c model.tflite", which makes the array and its header.',
  );
}

async function convertProject(session: Session, flags: ConvertFlags): Promise<void> {
  refuseFileFlags(flags);
  refuseSourceName(flags.output);
  const { io, densePerChannel, method, library, output, force } = flags;
  const overrides = given({ type: typeOf(flags), io, densePerChannel, method, library });
  await runStage(
    session,
    'convert',
    overrides,
    ({ artifact }) => (output === undefined ? [] : [publishFile(session, artifact, MODEL_FILE, output)]),
    force,
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

/** What decides how float weights and activations are quantized has no say in a file that is quantized already. */
function warnOfIdleFlags(session: Session, model: string, graph: Graph, flags: ConvertFlags): void {
  if (!isInt8(graph)) return;
  const idle = [
    ...(flags.densePerChannel === undefined
      ? []
      : [`--${flags.densePerChannel ? '' : 'no-'}dense-per-channel`]),
    ...(flags.method === undefined ? [] : ['--method']),
    ...(flags.calibration === undefined ? [] : ['--calibration']),
  ];
  for (const flag of idle) {
    session.reporter.warn(`${flag} changes nothing: ${model} is quantized already, and keeps its scales.`);
  }
}

/** The file is TensorFlow Lite Micro's; another library may still refuse it, or compute something else. */
function warnOfLibrary(session: Session, bytes: Uint8Array, library: Library): void {
  const support = librarySupport(readOutline(bytes).outline).find((one) => one.library === library);
  const [first] = support?.refusals ?? [];
  if (first === undefined) return;
  session.reporter.warn(
    `${LIBRARY_NAMES[library]} does not run the file as it is meant: ${first.operator}: ${first.reason}`,
  );
}

async function convertFile(session: Session, model: string, flags: ConvertFlags): Promise<void> {
  const { output, calibration, dumpIr, io, densePerChannel, method, library, tflmOnly, plan } = flags;
  if (output === undefined) {
    throw usageError('no-output', `Say where the converted ${model} goes`, 'Add -o model.tflite.');
  }
  refuseSourceName(output);
  if (flags.force === true) {
    throw usageError(
      'needs-project',
      "--force is for the project's model, and a model file is given",
      'Leave --force out.',
    );
  }
  const { config } = readProject(session);
  const file = openModelFile(session, model);
  const records = openCalibration(session, calibration);
  try {
    const graph = await file.graph();
    warnOfIdleFlags(session, model, graph, flags);
    const options = {
      // int8 is what a project says where it says nothing: a model that is int8 already keeps its ends then.
      ...given({
        type: typeOf(flags),
        calibration: records,
        tflmOnly,
        plan,
        io: io ?? (config.conversion.io === 'float' ? 'float' : undefined),
      }),
      densePerChannel: densePerChannel ?? config.quantization.densePerChannel,
      method: method ?? config.quantization.method,
      library: library ?? config.conversion.library,
      without: flags.pass,
    };
    const { bytes, steps, arenas } = await withAsyncErrorContext(model, () =>
      convertModel(graph, options, workContext(session), graphDumper(session, dumpIr)),
    );
    warnOfLibrary(session, bytes, options.library);
    const report = {
      model,
      inputBytes: file.modelBytes(),
      written: publishBytes(session, bytes, output, file.isTflite ? model : undefined),
      bytes: bytes.length,
      ...(plan === undefined ? {} : { plan: arenas ?? null }),
      steps,
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
  await (model === undefined ? convertProject(session, flags) : convertFile(session, model, flags));
}
