/** Model files of the user as graphs that can be computed: teachers, say. */

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

/**
 * Reads models as projects name them, float32 ones simplified and those of integers as they are: a file, or the folder of a `model.json` with its weights, so that all of it is known
 * by digest.
 */
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
    const graph = await readModel(contentOf(model), { name: path, loadShard });
    return isInt8(graph) ? graph : simplifyFloat(graph);
  };
}
