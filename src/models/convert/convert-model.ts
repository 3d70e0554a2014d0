/** Any model file to a `.tflite` file: imported, rewritten by the passes, quantized where that is asked for. */

import { unsupportedError, usageError } from '../../core/errors.ts';
import type { ModelType } from '../../core/model-type.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import { type Graph, getValue } from '../../ir/graph.ts';
import { floatIo } from '../../passes/float-io.ts';
import { type Pass, type PassObserver, runPasses } from '../../passes/pass.ts';
import { floatPasses, int8Passes } from '../../passes/pipelines.ts';
import { quantizePass } from '../../passes/quantize/quantize.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import type { SpreadContext } from '../run/spread/spread-records.ts';
import { calibrate } from './calibrate.ts';
import { libraryPasses } from './library-passes.ts';
import { isInt8 } from './pass-steps.ts';

export interface ConvertFileOptions {
  /** Without it the result is int8, for which float models need `calibration`. */
  readonly type?: ModelType;
  readonly io: ModelType;
  readonly densePerChannel: boolean;
  /** What will run an int8 model. */
  readonly library: Library;
  /** Smaller, for TFLM and nothing else. */
  readonly tflmOnly: boolean;
  /** Representative inputs. */
  readonly calibration?: RecordSource;
  /** Names of passes to leave out. */
  readonly without: readonly string[];
}

/** The passes that can be left out; some are in both pipelines. */
const PASS_NAMES: readonly string[] = [...new Set([...floatPasses, ...int8Passes].map(({ name }) => name))];

function selected(passes: readonly Pass[], without: readonly string[]): Pass[] {
  return passes.filter(({ name }) => !without.includes(name));
}

function checkPassNames(without: readonly string[]): void {
  const unknown = without.find((name) => !PASS_NAMES.includes(name));
  if (unknown === undefined) return;
  throw usageError(
    'unknown-pass',
    `There is no pass "${unknown}"`,
    `The passes are ${PASS_NAMES.join(', ')}.`,
  );
}

function checkCalibration(graph: Graph, calibration: RecordSource): void {
  const { shape } = getValue(graph, graph.inputs[0]).type;
  if (graph.inputs.length !== 1) {
    throw unsupportedError(
      'several-inputs',
      `The model has ${graph.inputs.length} inputs; calibration feeds one`,
    );
  }
  if (recordLengthOf(calibration) !== elementCount(shape)) {
    throw usageError(
      'calibration-shape',
      `A calibration record has ${recordLengthOf(calibration)} values, but the model's input ${formatShape(shape)} takes ${elementCount(shape)}`,
      'Give one sample per index of the first axis.',
    );
  }
}

async function quantized(
  graph: Graph,
  options: ConvertFileOptions,
  context: SpreadContext,
  observe: PassObserver,
): Promise<Graph> {
  const { calibration, densePerChannel } = options;
  if (calibration === undefined) {
    throw usageError(
      'no-calibration',
      'int8 needs samples of real input to calibrate with',
      'Give them with --calibration x.npy, one per row, or convert with --float.',
    );
  }
  checkCalibration(graph, calibration);
  context.report?.step('calibrate');
  const { ranges, means } = await calibrate(graph, calibration, context);
  return runPasses(graph, [quantizePass(ranges, { densePerChannel, means })], observe);
}

/** The graph to write. Throws usage errors for options that do not fit the model. */
export async function convertedGraph(
  imported: Graph,
  options: ConvertFileOptions,
  context: SpreadContext,
  observe: PassObserver = () => {},
): Promise<Graph> {
  checkPassNames(options.without);
  observe('imported', imported);
  let graph = imported;
  if (isInt8(graph)) {
    if (options.type === 'float') {
      throw usageError(
        'already-int8',
        'The model is int8 already and cannot be made float again',
        'Leave --float out.',
      );
    }
    graph = runPasses(graph, libraryPasses(options.library), observe);
  } else {
    graph = runPasses(graph, selected(floatPasses, options.without), observe);
    if (options.type !== 'float') {
      graph = runPasses(graph, libraryPasses(options.library), observe);
      graph = await quantized(graph, options, context, observe);
    }
  }
  if (isInt8(graph)) {
    graph = runPasses(graph, selected(int8Passes, options.without), observe);
    if (options.io === 'float') graph = runPasses(graph, [floatIo], observe);
  }
  return graph;
}

/** The bytes of the `.tflite` file. Throws usage errors for options that do not fit the model. */
export async function convertGraph(
  imported: Graph,
  options: ConvertFileOptions,
  context: SpreadContext,
  observe?: PassObserver,
): Promise<Uint8Array> {
  const graph = await convertedGraph(imported, options, context, observe);
  return writeTflite(graph, { tflmOnly: options.tflmOnly });
}
