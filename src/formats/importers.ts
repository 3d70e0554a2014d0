/** Every format that models come in. */

import { unsupportedError } from '../core/errors.ts';
import type { FloatModel } from '../core/float-model.ts';
import { given } from '../core/given.ts';
import { decodeText } from '../core/text.ts';
import { type CArray, readCArray } from './c-array/read-c-array.ts';
import { FORMATS } from './format-names.ts';
import { readKerasH5 } from './hdf5/keras-h5.ts';
import type { Importer } from './importer.ts';
import { importKeras } from './keras/import.ts';
import { readKerasZip } from './keras-zip/read.ts';
import { importOnnx } from './onnx/import.ts';
import { isOnnxFile } from './onnx/recognize.ts';
import { importFrozen, isGraphDef } from './tensorflow/frozen.ts';
import { importSavedModel, isSavedModel } from './tensorflow/saved-model/import.ts';
import { importGraphModel, isGraphModel } from './tensorflow/tfjs/import.ts';
import { readTfjsModel } from './tfjs/read.ts';
import { importTflite } from './tflite/read.ts';
import { hasIdentifier, isUnnamedModel } from './tflite/verify.ts';

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

function keras(read: (bytes: Uint8Array) => Promise<FloatModel>): Importer['read'] {
  return async ({ bytes, step }) => ({ graph: importKeras(await read(bytes), given({ step })) });
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

/** The array of a model in C source. */
export function readSource(bytes: Uint8Array): CArray {
  if (bytes.length > MAX_SOURCE_BYTES) {
    throw unsupportedError(
      'source-too-large',
      `The source has ${bytes.length} bytes; C arrays are read up to ${MAX_SOURCE_BYTES} bytes of text.`,
      'Give the .tflite file that the array was made from.',
    );
  }
  return readCArray(new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes));
}

export const TFLITE: Importer = {
  ...FORMATS.tflite,
  recognizes: hasIdentifier,
  read: ({ bytes }) => ({ graph: importTflite(bytes) }),
};

export const C_SOURCE: Importer = {
  ...FORMATS.cSource,
  recognizes: looksLikeSource,
  read: ({ bytes }) => ({ graph: importTflite(readSource(bytes).bytes) }),
};

/** Without the mark, which TFLM does not ask for. */
export const UNMARKED_TFLITE: Importer = { ...TFLITE, recognizes: isUnnamedModel };

/** In the order in which a file is asked whether it is one. */
export const IMPORTERS: readonly Importer[] = [
  TFLITE,
  {
    ...FORMATS.kerasH5,
    wishes: ['step'],
    recognizes: (bytes) => startsWith(bytes, 0, HDF5_MARK),
    read: keras(readKerasH5),
  },
  {
    ...FORMATS.kerasZip,
    wishes: ['step'],
    recognizes: (bytes) => startsWith(bytes, 0, ZIP_MARK),
    read: keras(readKerasZip),
  },
  {
    ...FORMATS.onnx,
    wishes: ['shapes', 'keepLayout'],
    recognizes: isOnnxFile,
    read: importOnnx,
  },
  {
    ...FORMATS.frozen,
    wishes: ['shapes', 'inputs', 'outputs'],
    recognizes: isGraphDef,
    read: importFrozen,
  },
  {
    ...FORMATS.savedModel,
    wishes: ['shapes', 'inputs', 'outputs', 'signature'],
    recognizes: isSavedModel,
    read: importSavedModel,
  },
  {
    ...FORMATS.graphModel,
    wishes: ['shapes', 'inputs', 'outputs'],
    recognizes: (bytes) => looksLikeJson(bytes) && isGraphModel(bytes),
    read: importGraphModel,
  },
  {
    ...FORMATS.layersModel,
    wishes: ['step'],
    recognizes: looksLikeJson,
    read: ({ bytes, loadBeside, step }) => ({
      graph: importKeras(readTfjsModel(decodeText(bytes, 'The model.json'), loadBeside), given({ step })),
    }),
  },
  C_SOURCE,
  // Last: only bytes of no other format are walked through.
  UNMARKED_TFLITE,
];

export function importerOf(bytes: Uint8Array): Importer | undefined {
  return IMPORTERS.find(({ recognizes }) => recognizes(bytes));
}
