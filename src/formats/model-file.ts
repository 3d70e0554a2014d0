/** Any model file as a graph. The content decides what it is, not the name. */

import { inputError, unsupportedError, withErrorContext } from '../core/errors.ts';
import type { FloatModel } from '../core/float-model.ts';
import { decodeText } from '../core/text.ts';
import type { Graph } from '../ir/graph.ts';
import { graphSteps } from '../ir/graph-cost.ts';
import { type CArray, readCArray } from './c-array/read-c-array.ts';
import { readKerasH5 } from './hdf5/keras-h5.ts';
import { importKeras } from './keras/import.ts';
import { readKerasZip } from './keras-zip/read.ts';
import { readTfjsModel } from './tfjs/read.ts';
import { Allowance } from './tflite/allowance.ts';
import { importTflite } from './tflite/read.ts';
import { hasIdentifier, isUnnamedModel } from './tflite/verify.ts';

/** The bytes of a file that `model.json` names, relative to its own folder. */
export type LoadShard = (path: string) => Uint8Array;

interface ModelFormat {
  recognizes(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array, loadShard: LoadShard): Graph | Promise<Graph>;
}

function startsWith(bytes: Uint8Array, offset: number, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[offset + index] === byte);
}

const HDF5_MARK = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];
const UTF8_BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const UTF16_BYTE_ORDER_MARK = [0xff, 0xfe];
const OPENING_BRACE = 0x7b;
const WHITE_SPACE = [0x20, 0x09, 0x0a, 0x0d];

function looksLikeJson(bytes: Uint8Array): boolean {
  let offset = startsWith(bytes, 0, UTF8_BYTE_ORDER_MARK) ? UTF8_BYTE_ORDER_MARK.length : 0;
  while (WHITE_SPACE.includes(bytes[offset])) offset++;
  return bytes[offset] === OPENING_BRACE;
}

function keras(read: (bytes: Uint8Array) => Promise<FloatModel>): ModelFormat['read'] {
  return async (bytes) => importKeras(await read(bytes));
}

/** What C source has and no other text format here: braces, semicolons or preprocessor lines, after another start. */
const SOURCE_SIGNS = [OPENING_BRACE, 0x3b, 0x23];
const LOOKED_AT_BYTES = 4096;
/** The longest text that Node holds is a little more. */
const MAX_SOURCE_BYTES = 2 ** 28;

/** PowerShell's `xxd -i model.tflite > model.h` writes UTF-16. */
function isUtf16(bytes: Uint8Array): boolean {
  return startsWith(bytes, 0, UTF16_BYTE_ORDER_MARK);
}

function looksLikeSource(bytes: Uint8Array): boolean {
  if (isUtf16(bytes)) return true;
  const isText = bytes
    .subarray(0, LOOKED_AT_BYTES)
    .every((byte) => byte >= 0x20 || WHITE_SPACE.includes(byte));
  return isText && SOURCE_SIGNS.some((sign) => bytes.includes(sign));
}

function readSource(bytes: Uint8Array): CArray {
  if (bytes.length > MAX_SOURCE_BYTES) {
    throw unsupportedError(
      'source-too-large',
      `The source has ${bytes.length} bytes; C arrays are read up to ${MAX_SOURCE_BYTES} bytes of text.`,
      'Give the .tflite file that the array was made from.',
    );
  }
  return readCArray(new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes));
}

const SOURCE: ModelFormat = {
  recognizes: looksLikeSource,
  read: (bytes) => importTflite(readSource(bytes).bytes),
};

const FORMATS: readonly ModelFormat[] = [
  { recognizes: hasIdentifier, read: importTflite },
  { recognizes: (bytes) => startsWith(bytes, 0, HDF5_MARK), read: keras(readKerasH5) },
  { recognizes: (bytes) => startsWith(bytes, 0, ZIP_MARK), read: keras(readKerasZip) },
  {
    recognizes: looksLikeJson,
    read: (bytes, loadShard) => importKeras(readTfjsModel(decodeText(bytes, 'The model.json'), loadShard)),
  },
  SOURCE,
  // Last: only bytes of no other format are walked through.
  { recognizes: isUnnamedModel, read: importTflite },
];

/** Whether the file begins as `.tflite` files do. */
export function isTfliteFile(bytes: Uint8Array): boolean {
  return FORMATS[0].recognizes(bytes);
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
  const format = FORMATS.find(({ recognizes }) => recognizes(bytes));
  if (format === SOURCE) {
    const array = withErrorContext(name, () => readSource(bytes));
    return { ...sourceOf(array.bytes), arrayName: array.name };
  }
  return format === undefined || format.read === importTflite ? sourceOf(bytes) : undefined;
}

/** How a file is called in errors, and where the files beside it come from. */
export interface ModelFileOptions {
  readonly name?: string;
  /** Needed for `model.json` alone. */
  readonly loadShard?: LoadShard;
}

function noShard(path: string): never {
  throw inputError(
    'no-shard',
    `The weights are in another file, ${path}, and nothing was given to load it with.`,
    'Pass "loadShard", which returns the bytes of the files beside model.json.',
  );
}

/**
 * Reads `.tflite`, Keras `.h5` and `.keras`, TensorFlow.js' `model.json`, whose weight files `loadShard` returns, and C
 * source with the array of a `.tflite` model.
 * Errors carry `name` in front: input errors for damaged files, unsupported errors for what no chip computes.
 */
export async function readModel(bytes: Uint8Array, options: ModelFileOptions = {}): Promise<Graph> {
  const { name = 'The model', loadShard = noShard } = options;
  const format = FORMATS.find(({ recognizes }) => recognizes(bytes));
  if (format === undefined) {
    throw inputError(
      'unknown-model-format',
      `${name} is no model file that tinyml knows.`,
      'Give a .h5, .keras or .tflite file, the model.json of TensorFlow.js, or C source with the array of a model.',
    );
  }
  try {
    const graph = await format.read(bytes, loadShard);
    new Allowance(bytes.length, 'computed').spendSteps(graphSteps(graph));
    return graph;
  } catch (error) {
    return withErrorContext(name, () => {
      throw error;
    });
  }
}
