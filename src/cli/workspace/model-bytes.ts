/** Model files of any kind, and models as the bytes of `.tflite` files, whichever form they are given in. */

import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readFailure } from '../../artifacts/file-errors.ts';
import { firstByteOf } from '../../artifacts/files.ts';
import { inputError, withAsyncErrorContext, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { shellWord } from '../../core/shell-word.ts';
import { MAX_TEXT_BYTES } from '../../core/text.ts';
import type { Imported, ImportWishes } from '../../formats/importer.ts';
import { IMPORTERS } from '../../formats/importers.ts';
import {
  checkWishes,
  importModel,
  isTfliteFile,
  type TfliteSource,
  tfliteSource,
} from '../../formats/model-file.ts';
import type { Graph } from '../../ir/graph.ts';
import { convertModel } from '../../models/convert/convert-model.ts';
import type { ArduinoLibrary } from '../../targets/firmware/libraries.ts';
import type { Session } from '../terminal/session.ts';
import { readInput, requireReadable } from './inputs.ts';

/** A file of any kind that holds a model, or names the files that hold its weights. */
export interface ModelFile {
  /** Whether it is a `.tflite` file, which `tinyml convert` may rewrite where it is. */
  readonly isTflite: boolean;
  /** The `.tflite` model in it; undefined for float models of other formats. */
  readonly tflite: TfliteSource | undefined;
  /** What the file holds, with the weights that lie beside it; warns of what is odd in it. */
  imported(): Promise<Imported>;
  /** The graph of it alone. */
  graph(): Promise<Graph>;
  /** Bytes of the model: with the weights beside it that `graph` has read; of C source those of the array. */
  modelBytes(): number;
}

/** With which every `model.json` begins. */
const OPENING_BRACE = 0x7b;

function isFolder(session: Session, path: string): boolean {
  try {
    return statSync(session.absolute(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    throw readFailure(path, 'a model file', error);
  }
}

/** How model files end whose names say what they are. */
const MODEL_SUFFIX = /\.(tflite|h5|keras|onnx|pb)$/i;
/** Of what lies in a folder, so many entries are looked at, and so many models told of. */
const [MOST_ENTRIES, MOST_MODELS] = [200, 3];

function entriesOf(session: Session, path: string): string[] {
  try {
    return readdirSync(session.absolute(path));
  } catch (error) {
    throw readFailure(path, 'a model file', error);
  }
}

/** Models in a folder that is none, and folders of models. */
function modelsInside(session: Session, path: string, names: readonly string[]): readonly string[] {
  return entriesOf(session, path)
    .sort()
    .slice(0, MOST_ENTRIES)
    .map((entry) => join(path, entry))
    .filter(
      (file) =>
        MODEL_SUFFIX.test(file) || names.some((name) => existsSync(session.absolute(join(file, name)))),
    )
    .slice(0, MOST_MODELS);
}

/**
 * Throws `no-such-file` and `cannot-read` (input) for a model that cannot be read: that is to be said before what else the
 * command line lacks. Nothing for undefined, the project's model.
 */
export function requireModelFile(session: Session, path: string | undefined): void {
  if (path !== undefined) requireReadable(session, path, 'a model file');
}

/** The file itself, or of a folder the one that a format reads first. */
function modelPath(session: Session, path: string): string {
  if (!isFolder(session, path)) return path;
  const names = [...new Set(IMPORTERS.flatMap(({ folderFile }) => folderFile ?? []))];
  const found = names.map((name) => join(path, name)).find((file) => existsSync(session.absolute(file)));
  if (found !== undefined) return found;
  const inside = modelsInside(session, path, names);
  throw inputError(
    'no-model-in-folder',
    `${path} is a folder without ${names.join(' or ')}`,
    inside.length === 0
      ? 'Give the folder of a model, or the model file itself.'
      : `Give one of what is in it: ${inside.map((file) => shellWord(file)).join(', ')}.`,
  );
}

/** Reads what a model names beside it; links that lead out of its folder are not followed. */
function besideReader(session: Session, path: string, onRead: (bytes: number) => void) {
  const folder = dirname(path);
  return (name: string): Uint8Array => {
    const file = join(folder, name);
    const [absolute, root] = [session.absolute(file), session.absolute(folder)];
    if (existsSync(absolute) && !realpathSync(absolute).startsWith(join(realpathSync(root), sep))) {
      throw inputError(
        'unsafe-path',
        `${file} is a link that leads out of the folder of the model`,
        'Put the file itself beside the model.',
      );
    }
    const weights = readInput(session, file, 'weights');
    onRead(weights.length);
    return weights;
  };
}

/** A file, or the folder of a model. Warns of what is odd about it and yet runs. */
export function openModelFile(session: Session, given: string, wishes: ImportWishes = {}): ModelFile {
  requireModelFile(session, given);
  const path = modelPath(session, given);
  const isJson = firstByteOf(session.absolute(path), 'a model file') === OPENING_BRACE;
  const bytes = isJson
    ? readInput(session, path, 'a model.json', MAX_TEXT_BYTES)
    : readInput(session, path, 'a model file');
  withErrorContext(path, () => checkWishes(bytes, wishes));
  let weightBytes = 0;
  const loadShard = besideReader(session, path, (count) => {
    weightBytes += count;
  });
  const tflite = tfliteSource(bytes, path);
  if (tflite?.lacksIdentifier === true) {
    session.reporter.warn(
      `${path} has no file identifier ("TFL3" at byte 4): TensorFlow Lite Micro runs the model, other tools refuse it.`,
    );
  }
  const imported = async (): Promise<Imported> => {
    const read = await importModel(tflite?.bytes ?? bytes, { name: path, loadShard, ...wishes });
    for (const note of read.notes ?? []) session.reporter.warn(`${path}: ${note}`);
    return read;
  };
  return {
    isTflite: isTfliteFile(bytes),
    tflite,
    imported,
    graph: async () => (await imported()).graph,
    modelBytes: () => (tflite?.bytes ?? bytes).length + weightBytes,
  };
}

/** The bytes of a `.tflite` file, or of the C array that holds one; `library` is what will run it. */
export function readModelBytes(session: Session, path: string, library?: ArduinoLibrary): Uint8Array {
  const { tflite } = openModelFile(session, path);
  if (tflite !== undefined) return tflite.bytes;
  const command = `tinyml convert ${shellWord(path)}`;
  const rest = `${library === undefined ? '' : `--library ${library} `}-o model.tflite`;
  throw inputError(
    'float-model',
    `${path} is a float model, which has to be converted before it has a size and an arena`,
    `Run "${command} --int8 --calibration x.npy ${rest}", where x.npy has inputs, or "${command} --float ${rest}", and give model.tflite.`,
  );
}

/** A model of which `bytes` may be what `tinyml convert --float` makes of it. */
export interface ModelBytes {
  readonly bytes: Uint8Array;
  readonly converted: boolean;
  /** Where samples of the model's own file have other axes than `bytes`. */
  readonly inputOrders?: Imported['inputOrders'];
  /** The same of results. */
  readonly outputOrders?: Imported['outputOrders'];
}

/** Any model file; float models as `tinyml convert --float` writes them. */
export async function readAnyModel(session: Session, path: string): Promise<ModelBytes> {
  const { tflite, imported } = openModelFile(session, path);
  if (tflite !== undefined) return { bytes: tflite.bytes, converted: false };
  const { graph, inputOrders, outputOrders } = await imported();
  const { bytes } = await withAsyncErrorContext(path, () => convertModel(graph, { type: 'float' }));
  return { bytes, converted: true, ...given({ inputOrders, outputOrders }) };
}
