/** What the integers of a model take on a chip, computed from the file that is written. */

import { unsupportedError } from '../../core/errors.ts';
import { elementCount } from '../../core/tensor.ts';
import { readTflite } from '../../formats/tflite/read.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { WriteOptions } from '../../formats/tflite/write.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Target } from '../../planner/target.ts';
import type { Cost } from '../../training/compress/method.ts';
import type { Figure } from '../check/figure.ts';
import { arenaFigure } from '../check/footprint.ts';
import { macsFigure } from '../check/measure-model.ts';
import { foretellSimplified } from '../inspect/foretell-int8.ts';
import { writeTflmModel } from '../tflm-model.ts';
import type { MeasuredForm } from './measured-form.ts';

function exact(what: string, { value, doubt }: Figure): number {
  if (value !== undefined && doubt === undefined) return value;
  throw unsupportedError('unknown-cost', `The ${what} of the model cannot be told exactly: ${doubt}`);
}

/** Weights, biases, and factors that are learned: constants with a scale, or real ones. */
function parametersOf({ values }: Graph): number {
  return [...values.values()]
    .filter(({ data, type }) => data !== undefined && (type.quant !== undefined || type.dtype === 'float32'))
    .reduce((sum, { type }) => sum + elementCount(type.shape), 0);
}

/** Of a `.tflite` file. Throws `unknown-cost` (unsupported) where a figure would be a bound. */
function fileCost(bytes: Uint8Array, graph: Graph, target: Target): Cost {
  const { outline } = readOutline(bytes);
  return {
    parameters: parametersOf(graph),
    macs: exact('arithmetic', macsFigure(outline)),
    arenaBytes: exact('arena', arenaFigure({ bytes, outline }, target)),
    fileBytes: bytes.length,
  };
}

/** Of a graph that is ready to be written, with the note that its file will have. */
export function costOf(int8: Graph, target: Target, note?: WriteOptions['note']): Cost {
  return fileCost(writeTflmModel(int8, { note }), int8, target);
}

/**
 * Of a simplified float32 graph, without running it: operators, shapes and types are as they will be, and so is all of the
 * cost but a few bytes of the file, where zero points that samples make equal are stored once. Samples may only show besides
 * that a channel is constant, or that nothing needs to be padded.
 */
export function foretoldCost(float: Graph, form: Omit<MeasuredForm, 'calibration' | 'int4'>): Cost {
  const bytes = foretellSimplified(float, form);
  return fileCost(bytes, readTflite(bytes).graph, form.target);
}
