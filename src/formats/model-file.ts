/** Any model file as a graph. The content decides what it is, not the name. */

import { inputError, withAsyncErrorContext, withErrorContext } from '../core/errors.ts';
import type { Shape } from '../core/tensor.ts';
import type { Graph } from '../ir/graph.ts';
import { graphSteps } from '../ir/graph-cost.ts';
import { Allowance } from './allowance.ts';
import type { Imported, LoadBeside } from './importer.ts';
import { C_SOURCE, IMPORTERS, importerOf, readSource, TFLITE, UNMARKED_TFLITE } from './importers.ts';
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

/**
 * The `.tflite` model that a file is, or that its C source holds; undefined for the formats of float models. Errors
 * about the source carry `name` in front; bytes of no known format are handed on, since TFLM runs models without a mark.
 */
export function tfliteSource(bytes: Uint8Array, name: string): TfliteSource | undefined {
  const importer = importerOf(bytes);
  if (importer === C_SOURCE) {
    const array = withErrorContext(name, () => readSource(bytes));
    return { ...sourceOf(array.bytes), arrayName: array.name };
  }
  const isTflite = importer === undefined || importer === TFLITE || importer === UNMARKED_TFLITE;
  return isTflite ? sourceOf(bytes) : undefined;
}

/** How a file is called in errors, where the files beside it come from, and what is asked of its inputs. */
export interface ModelFileOptions {
  readonly name?: string;
  /** Needed where weights lie in files of their own. */
  readonly loadShard?: LoadBeside;
  /** Shapes of inputs by their names in the file, where these are free or to be others. */
  readonly shapes?: ReadonlyMap<string, Shape>;
  /** Images keep their channels first where the file has them so; without it they get them last, as chips do. */
  readonly keepLayout?: boolean;
}

function noShard(path: string): never {
  throw inputError(
    'no-shard',
    `The weights are in another file, ${path}, and nothing was given to load it with.`,
    'Pass "loadShard", which returns the bytes of the files beside the model.',
  );
}

/** How files of every format are called, once each. */
function fileKinds(): string {
  const kinds = [...new Set(IMPORTERS.map(({ files }) => files))];
  return `${kinds.slice(0, -1).join(', ')} or ${kinds[kinds.length - 1]}`;
}

/**
 * Reads any format of `IMPORTERS`, with what is to be known of it besides the graph; `loadShard` returns the files that it
 * names beside it. Errors carry `name` in front: input errors for damaged files, unsupported errors for what no chip computes.
 */
export async function importModel(bytes: Uint8Array, options: ModelFileOptions = {}): Promise<Imported> {
  const { name = 'The model', loadShard = noShard, shapes = new Map(), keepLayout = false } = options;
  const importer = importerOf(bytes);
  if (importer === undefined) {
    throw inputError(
      'unknown-model-format',
      `${name} is no model file that tinyml knows.`,
      `Give ${fileKinds()}.`,
    );
  }
  return withAsyncErrorContext(name, async () => {
    const imported = await importer.read({ bytes, loadBeside: loadShard, shapes, keepLayout });
    new Allowance(bytes.length, 'computed').spendSteps(graphSteps(imported.graph));
    return imported;
  });
}

/** The graph alone. */
export async function readModel(bytes: Uint8Array, options: ModelFileOptions = {}): Promise<Graph> {
  return (await importModel(bytes, options)).graph;
}
