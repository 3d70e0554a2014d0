/** Any model file as a graph. The content decides what it is, not the name. */

import { inputError, usageError, withAsyncErrorContext, withErrorContext } from '../core/errors.ts';
import type { Graph } from '../ir/graph.ts';
import { graphSteps } from '../ir/graph-cost.ts';
import { finiteMasks } from '../passes/replace/finite-masks.ts';
import { Allowance } from './allowance.ts';
import { checkBesidePath } from './beside-path.ts';
import { modelFileKinds } from './format-names.ts';
import type { Imported, Importer, ImportWish, ImportWishes, LoadBeside } from './importer.ts';
import { C_SOURCE, importerOf, readSource, TFLITE, UNMARKED_TFLITE } from './importers.ts';
import { otherFileError } from './other-files.ts';
import { isUnnamedModel } from './tflite/verify.ts';

/** Whether the file begins as `.tflite` files do. */
export function isTfliteFile(bytes: Uint8Array): boolean {
  return TFLITE.recognizes(bytes);
}

/** Where the bytes of a `.tflite` model come from. */
export interface TfliteSource {
  readonly bytes: Uint8Array;
  /** Of the array in C source that holds them. */
  readonly arrayName?: string;
  /** The file identifier `TFL3` is missing: TFLM runs the model, other tools refuse it. */
  readonly lacksIdentifier?: true;
}

function sourceOf(bytes: Uint8Array): TfliteSource {
  return isUnnamedModel(bytes) ? { bytes, lacksIdentifier: true } : { bytes };
}

function unknownFormat(name: string): Error {
  return inputError(
    'unknown-model-format',
    `${name} is no model file that tinyml knows.`,
    `Give ${modelFileKinds()}.`,
  );
}

/**
 * The `.tflite` model that a file is, or that its C source holds; undefined for the formats of float models. Errors
 * about the source carry `name` in front. Throws `unknown-model-format` (input), and unsupported errors for files of others, which
 * are called by their names.
 */
export function tfliteSource(bytes: Uint8Array, name: string): TfliteSource | undefined {
  const importer = importerOf(bytes);
  if (importer === C_SOURCE) {
    const array = withErrorContext(name, () => readSource(bytes));
    return { ...sourceOf(array.bytes), arrayName: array.name };
  }
  if (importer === undefined) throw otherFileError(bytes, name) ?? unknownFormat(name);
  return importer === TFLITE || importer === UNMARKED_TFLITE ? sourceOf(bytes) : undefined;
}

/** How a file is called in errors, where the files beside it come from, and what is asked of it. */
export interface ModelFileOptions extends ImportWishes {
  readonly name?: string;
  /** Needed where weights lie in files of their own; asked for paths within the model's folder alone. */
  readonly loadShard?: LoadBeside;
}

function noShard(path: string): never {
  throw inputError(
    'no-shard',
    `The weights are in another file, ${path}, and nothing was given to load it with.`,
    'Pass "loadShard", which returns the bytes of the files beside the model.',
  );
}

/** How options are called that say the wishes; programs give them under their own names. */
const WISH_OPTIONS: Readonly<Record<ImportWish, string>> = {
  shapes: '--shape',
  keepLayout: '--keep-layout',
  inputs: '--inputs',
  outputs: '--outputs',
  step: '--recurrent step (or step-io)',
  signature: '--signature',
};

function noStepWish(title: string): Error {
  return usageError(
    'idle-option',
    `--recurrent step and step-io take one time step of the layers that remember, and ${title} has no such layers any more`,
    'Convert the Keras, ONNX or TensorFlow model that the file was made of.',
  );
}

/** Refuses wishes that the format of the file knows nothing of (usage). */
export function checkWishes(bytes: Uint8Array, wishes: ImportWishes): void {
  const importer = importerOf(bytes);
  if (importer !== undefined) refuseWishes(importer, wishes);
}

function refuseWishes({ title, wishes: known = [] }: Importer, wishes: ImportWishes): void {
  const names = Object.keys(wishes) as ImportWish[];
  const unknown = names.find((name) => wishes[name] !== undefined && !known.includes(name));
  if (unknown === undefined) return;
  if (unknown === 'step') throw noStepWish(title);
  throw usageError(
    'idle-option',
    `${WISH_OPTIONS[unknown]} says nothing to ${title}`,
    known.length === 0
      ? 'Leave it out.'
      : `Leave it out; what is known there: ${known.map((name) => WISH_OPTIONS[name]).join(', ')}.`,
  );
}

/**
 * Reads any format there is, with what is to be known of it besides the graph; `loadShard` returns the files that it
 * names beside it. Errors carry `name` in front: input errors for damaged files, unsupported errors for what no chip computes.
 */
export async function importModel(bytes: Uint8Array, options: ModelFileOptions = {}): Promise<Imported> {
  const { name = 'The model', loadShard = noShard, ...wishes } = options;
  const importer = importerOf(bytes);
  const other = otherFileError(bytes, name);
  if (other !== undefined) throw other;
  if (importer === undefined) throw unknownFormat(name);
  return withAsyncErrorContext(name, async () => {
    refuseWishes(importer, wishes);
    const loadBeside = (path: string): Uint8Array => {
      checkBesidePath(path);
      return loadShard(path);
    };
    const imported = await importer.read({ bytes, loadBeside, ...wishes });
    new Allowance(bytes.length, 'computed').spendSteps(graphSteps(imported.graph));
    return { ...imported, graph: finiteMasks.run(imported.graph) };
  });
}

/** The graph alone. */
export async function readModel(bytes: Uint8Array, options: ModelFileOptions = {}): Promise<Graph> {
  return (await importModel(bytes, options)).graph;
}
