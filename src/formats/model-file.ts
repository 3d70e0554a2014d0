/** Any model file as a graph. The content decides what it is, not the name. */

import { inputError, withErrorContext } from '../core/errors.ts';
import type { FloatModel } from '../core/float-model.ts';
import type { Graph } from '../ir/graph.ts';
import { readKerasH5 } from './hdf5/keras-h5.ts';
import { importKeras } from './keras/import.ts';
import { readKerasZip } from './keras-zip/read.ts';
import { readTfjsModel } from './tfjs/read.ts';
import { readTflite } from './tflite/read.ts';

/** The bytes of a file that `model.json` names, relative to its own folder. */
type LoadShard = (path: string) => Uint8Array;

interface ModelFormat {
  recognizes(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array, loadShard: LoadShard): Graph | Promise<Graph>;
}

function startsWith(bytes: Uint8Array, offset: number, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[offset + index] === byte);
}

const HDF5_MARK = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];
const TFLITE_MARK = [0x54, 0x46, 0x4c, 0x33];
const UTF8_BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
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

const FORMATS: readonly ModelFormat[] = [
  {
    recognizes: (bytes) => startsWith(bytes, 4, TFLITE_MARK),
    read: (bytes) => readTflite(bytes).graph,
  },
  { recognizes: (bytes) => startsWith(bytes, 0, HDF5_MARK), read: keras(readKerasH5) },
  { recognizes: (bytes) => startsWith(bytes, 0, ZIP_MARK), read: keras(readKerasZip) },
  {
    recognizes: looksLikeJson,
    read: (bytes, loadShard) => importKeras(readTfjsModel(new TextDecoder().decode(bytes), loadShard)),
  },
];

/**
 * Reads `.tflite`, Keras `.h5` and `.keras`, and TensorFlow.js' `model.json`, whose weight files `loadShard` returns.
 * Errors carry `name` in front: input errors for damaged files, unsupported errors for what no chip computes.
 */
export async function readModelFile(bytes: Uint8Array, name: string, loadShard: LoadShard): Promise<Graph> {
  const format = FORMATS.find(({ recognizes }) => recognizes(bytes));
  if (format === undefined) {
    throw inputError(
      'unknown-model-format',
      `${name} is no model file that tinyml knows.`,
      'Give a .h5, .keras or .tflite file, or the model.json of TensorFlow.js.',
    );
  }
  try {
    return await format.read(bytes, loadShard);
  } catch (error) {
    return withErrorContext(name, () => {
      throw error;
    });
  }
}
