/** Every format that models come in. What reads one is loaded once there is such a file. */

import { unsupportedError } from '../core/errors.ts';
import { counted } from '../core/figure-text.ts';
import type { FloatModel } from '../core/float-model.ts';
import { given } from '../core/given.ts';
import { decodeText } from '../core/text.ts';
import { type CArray, readCArray } from './c-array/read-c-array.ts';
import { FORMATS } from './format-names.ts';
import type { Imported, Importer, ImportSource } from './importer.ts';
import { isOnnxFile } from './onnx/recognize.ts';
import { isGraphDef, isGraphModel, isSavedModel } from './tensorflow/recognize.ts';
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

async function keras(model: FloatModel | Promise<FloatModel>, step: ImportSource['step']): Promise<Imported> {
  // First: a promise that fails while nobody waits for it ends the process.
  const read = await model;
  const { importKeras } = await import('./keras/import.ts');
  return { graph: importKeras(read, given({ step })) };
}

async function readTflite(bytes: Uint8Array): Promise<Imported> {
  const { importTflite } = await import('./tflite/read.ts');
  return { graph: importTflite(bytes) };
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
      `The source has ${counted(bytes.length, 'byte')}; C arrays are read up to ${MAX_SOURCE_BYTES} bytes of text.`,
      'Give the .tflite file that the array was made from.',
    );
  }
  return readCArray(new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes));
}

export const TFLITE: Importer = {
  ...FORMATS.tflite,
  recognizes: hasIdentifier,
  read: ({ bytes }) => readTflite(bytes),
};

export const C_SOURCE: Importer = {
  ...FORMATS.cSource,
  recognizes: looksLikeSource,
  read: async ({ bytes }) => readTflite(readSource(bytes).bytes),
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
    read: async ({ bytes, step }) => {
      const { readKerasH5 } = await import('./hdf5/keras-h5.ts');
      return keras(readKerasH5(bytes), step);
    },
  },
  {
    ...FORMATS.kerasZip,
    wishes: ['step'],
    recognizes: (bytes) => startsWith(bytes, 0, ZIP_MARK),
    read: async ({ bytes, step }) => {
      const { readKerasZip } = await import('./keras-zip/read.ts');
      return keras(readKerasZip(bytes), step);
    },
  },
  {
    ...FORMATS.onnx,
    wishes: ['shapes', 'keepLayout', 'step'],
    recognizes: isOnnxFile,
    read: async (source) => (await import('./onnx/import.ts')).importOnnx(source),
  },
  {
    ...FORMATS.frozen,
    wishes: ['shapes', 'inputs', 'outputs', 'step'],
    recognizes: isGraphDef,
    read: async (source) => (await import('./tensorflow/frozen.ts')).importFrozen(source),
  },
  {
    ...FORMATS.savedModel,
    wishes: ['shapes', 'inputs', 'outputs', 'signature', 'step'],
    recognizes: isSavedModel,
    read: async (source) => (await import('./tensorflow/saved-model/import.ts')).importSavedModel(source),
  },
  {
    ...FORMATS.graphModel,
    wishes: ['shapes', 'inputs', 'outputs', 'step'],
    recognizes: (bytes) => looksLikeJson(bytes) && isGraphModel(bytes),
    read: async (source) => (await import('./tensorflow/tfjs/import.ts')).importGraphModel(source),
  },
  {
    ...FORMATS.layersModel,
    wishes: ['step'],
    recognizes: looksLikeJson,
    read: async ({ bytes, loadBeside, step }) => {
      const { readTfjsModel } = await import('./tfjs/read.ts');
      return keras(readTfjsModel(decodeText(bytes, 'The model.json'), loadBeside), step);
    },
  },
  C_SOURCE,
  // Last: only bytes of no other format are walked through.
  UNMARKED_TFLITE,
];

export function importerOf(bytes: Uint8Array): Importer | undefined {
  return IMPORTERS.find(({ recognizes }) => recognizes(bytes));
}
