/** Any model file to a `.tflite` file: imported, rewritten by the passes, quantized where that is asked for. */

import { unsupportedError, usageError } from '../../core/errors.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records.ts';
import { type Graph, getValue } from '../../ir/graph.ts';
import type { PassObserver } from '../../passes/pass.ts';
import type { SpreadContext } from '../run/spread/spread-records.ts';
import { writeTflmModel } from '../tflm-model.ts';
import { type Calibration, calibrate } from './calibrate.ts';
import { type LoweringOptions, lower } from './lower.ts';

export interface ConvertFileOptions extends LoweringOptions {
  /** Smaller, for TFLM and nothing else. */
  readonly tflmOnly: boolean;
  /** Representative inputs, which float models need to become int8. */
  readonly calibration?: RecordSource;
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

async function calibrated(
  graph: Graph,
  calibration: RecordSource | undefined,
  context: SpreadContext,
): Promise<Calibration> {
  if (calibration === undefined) {
    throw usageError(
      'no-calibration',
      'int8 needs samples of real input to calibrate with',
      'Give them with --calibration x.npy, one per row, or convert with --float.',
    );
  }
  checkCalibration(graph, calibration);
  context.report.step('calibrate');
  return calibrate(graph, calibration, context);
}

/** The graph to write. Throws usage errors for options that do not fit the model. */
export function convertedGraph(
  imported: Graph,
  options: ConvertFileOptions,
  context: SpreadContext,
  observe?: PassObserver,
): Promise<Graph> {
  return lower(imported, options, (prepared) => calibrated(prepared, options.calibration, context), observe);
}

/** The bytes of the `.tflite` file. Throws usage errors for options that do not fit the model. */
export async function convertGraph(
  imported: Graph,
  options: ConvertFileOptions,
  context: SpreadContext,
  observe?: PassObserver,
): Promise<Uint8Array> {
  const graph = await convertedGraph(imported, options, context, observe);
  return writeTflmModel(graph, { tflmOnly: options.tflmOnly });
}
