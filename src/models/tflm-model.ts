/** `.tflite` files that TensorFlow Lite Micro runs: what it refuses is neither computed nor written here. */

import { attempt, TinymlError, unsupportedError } from '../core/errors.ts';
import { readTflite, type TfliteModel } from '../formats/tflite/read.ts';
import { readOutline } from '../formats/tflite/read-outline.ts';
import { type WriteOptions, writeTflite } from '../formats/tflite/write.ts';
import type { Graph } from '../ir/graph.ts';
import { type ModelOutline, type OperatorView, unsizedHint } from '../ir/outline.ts';
import { REPLACED_KINDS } from '../ops/index.ts';
import {
  type ModelObjection,
  modelObjections,
  type OperatorObjection,
} from '../targets/tflm/model-objections.ts';
import { DEFAULT_FORM, finishInt8, isInt8, simplifyFloat } from './convert/lower.ts';

/** `CONV_2D, "features"`: the kind, and the output that tells one from the other. */
function titleOf({ operator, outputs: [output] }: OperatorView): string {
  const name = operator.customName ?? operator.name;
  return output === undefined || output.name === '' ? name : `${name}, ${JSON.stringify(output.name)}`;
}

/** What `convert` does with an operator that the reader knows and TFLM lacks. */
function wayOut({ operator: { name } }: OperatorView): string {
  return REPLACED_KINDS.some((kind) => kind.toUpperCase() === name)
    ? 'There are others that mean the same: "tinyml convert MODEL -o converted.tflite" writes them.'
    : 'What it makes is known beforehand: "tinyml convert MODEL -o folded.tflite" leaves it out.';
}

function notAsMeant({ index, view, sentence }: OperatorObjection): string {
  return `operator ${index} (${titleOf(view)}): TensorFlow Lite Micro does not run it as it is meant. ${sentence}`;
}

function tflmError(objection: ModelObjection, outline: ModelOutline): TinymlError {
  switch (objection.cause) {
    case 'lacking':
      return unsupportedError(
        'tflm-operator',
        `operator ${objection.index} (${titleOf(objection.view)}): TensorFlow Lite Micro has no such operator.`,
        wayOut(objection.view),
      );
    case 'foreign':
    case 'limit':
      return unsupportedError(
        'tflm-limit',
        notAsMeant(objection),
        'All that is known against the model\'s operators, of every library: "tinyml inspect".',
      );
    case 'unsized':
      return unsupportedError('no-tensor-size', notAsMeant(objection), unsizedHint(outline));
    case 'unplanned':
      return unsupportedError('no-tensor-size', objection.sentence, unsizedHint(outline));
    case 'ends':
      return unsupportedError('tflm-limit', objection.sentence, 'Convert the float model again.');
  }
}

/** Throws `unsupported` errors for what TensorFlow Lite Micro refuses or computes in its own way. */
function requireTflm(outline: ModelOutline): void {
  const [objection] = modelObjections('tflm', outline);
  if (objection !== undefined) throw tflmError(objection, outline);
}

/** The hint with which the file is refused; undefined where it is not, or is damaged. */
function cureOf(bytes: Uint8Array): string | undefined {
  try {
    readTflmModel(bytes);
  } catch (error) {
    if (error instanceof TinymlError) return error.hint;
    throw error;
  }
  return undefined;
}

/**
 * The first thing that TensorFlow Lite Micro refuses, and what to do about it, in a sentence each; undefined where nothing
 * is known against the model.
 */
export function tflmRefusal(bytes: Uint8Array): string | undefined {
  const required = attempt(() => requireTflm(readOutline(bytes).outline));
  if (!('refusal' in required)) return undefined;
  const cure = cureOf(bytes);
  return cure === undefined ? required.refusal : `${required.refusal} ${cure}`;
}

/** The model with its graph. Throws input errors for damaged files, `unsupported` ones for what TFLM does not run. */
export function readTflmModel(bytes: Uint8Array): TfliteModel {
  const model = readTflite(bytes);
  try {
    requireTflm(readOutline(bytes).outline);
  } catch (error) {
    throw withCure(error, model.graph);
  }
  return model;
}

/** Of these the reader knows no more than that tinyml does not compute them, and no conversion mends them. */
const BEYOND_READING: ReadonlySet<ModelObjection['cause']> = new Set(['foreign', 'unsized', 'unplanned']);

/**
 * The graph where tinyml computes the model, and undefined where only TFLM does. Throws `unsupported` errors for what TFLM
 * does not run.
 */
export function readComputedGraph(bytes: Uint8Array): Graph | undefined {
  const read = attempt(() => readTflite(bytes));
  if ('value' in read) return readTflmModel(bytes).graph;
  const { outline } = readOutline(bytes);
  const [objection] = modelObjections('tflm', outline);
  if (objection === undefined) return undefined;
  if (BEYOND_READING.has(objection.cause)) throw tflmError(objection, outline);
  return readTflmModel(bytes).graph;
}

/** As `tinyml convert` writes it without samples. */
function converted(graph: Graph): Graph {
  return isInt8(graph) ? finishInt8(graph, { ...DEFAULT_FORM, without: [] }) : simplifyFloat(graph);
}

/** Names a conversion where one, tried on the model itself, cures what TFLM has against it. */
function withCure(error: unknown, graph: Graph): unknown {
  if (!(error instanceof TinymlError && error.code === 'tflm-limit')) return error;
  if ('refusal' in attempt(() => writeTflmModel(converted(graph)))) return error;
  const hint = isInt8(graph)
    ? 'Write it anew without that: "tinyml convert MODEL -o converted.tflite".'
    : 'Write it anew without that: "tinyml convert MODEL --float -o float.tflite", or make it int8 with --int8 --calibration x.npy.';
  return new TinymlError(error.kind, error.code, error.message, hint, error);
}

/** The bytes of the file. Throws `unsupported` errors for what TFLM does not run. */
export function writeTflmModel(graph: Graph, options?: WriteOptions): Uint8Array {
  const bytes = writeTflite(graph, options);
  requireTflm(readOutline(bytes).outline);
  return bytes;
}
