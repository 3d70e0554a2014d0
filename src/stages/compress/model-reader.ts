/** Model files of the user as float32 graphs: teachers, say. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { readModel } from '../../formats/model-file.ts';
import type { Graph } from '../../ir/graph.ts';
import { isInt8, simplifyFloat } from '../../models/convert/lower.ts';
import type { StageContext } from '../stage.ts';

/** What TensorFlow.js calls the file that names those of the weights. */
const MODEL_JSON = 'model.json';

function contentOf(file: DataFile): Uint8Array {
  const bytes = file.open();
  try {
    const content = new Uint8Array(bytes.length);
    bytes.readAt(0, content);
    return content;
  } finally {
    bytes.close();
  }
}

function fileIn(files: readonly DataFile[], name: string, path: string): DataFile {
  const file = files.find((one) => one.path === name);
  if (file !== undefined) return file;
  throw inputError('no-model', `${path} is a folder without ${name}`, 'Name the file of a model.');
}

/** Throws `already-int8` (input) for a model of integers, whose float32 numbers nobody knows any more. */
export function floatForm(graph: Graph, path: string): Graph {
  if (!isInt8(graph)) return simplifyFloat(graph);
  throw inputError(
    'already-int8',
    `${path} is a model of integers, and a float32 one is needed`,
    'Give the Keras, TensorFlow.js or float .tflite file that it was made of.',
  );
}

/** Reads models as projects name them: a file, or the folder of a `model.json` with its weights, so that all of it is known by digest. */
export function modelReader({ listFiles }: Pick<StageContext, 'listFiles'>) {
  return async (path: string): Promise<Graph> => {
    const files = listFiles(path);
    const [only] = files;
    const isAlone = files.length === 1 && only.path !== MODEL_JSON;
    const model = isAlone ? only : fileIn(files, MODEL_JSON, path);
    const loadShard = (name: string): Uint8Array => {
      const shard = files.find((file) => file.path === name);
      if (shard !== undefined) return contentOf(shard);
      throw inputError('no-weights', `${path} has no ${name} beside it`, `Name the folder that both lie in.`);
    };
    return floatForm(await readModel(contentOf(model), { name: path, loadShard }), path);
  };
}
