/** The trained model of a `train` artifact as a float graph. */

import type { Artifact } from '../artifacts/store.ts';
import { importKeras } from '../formats/keras/import.ts';
import { readTfjsModel } from '../formats/tfjs/read.ts';
import type { Graph } from '../ir/graph.ts';

export function readFloatGraph(train: Artifact): Graph {
  return importKeras(readTfjsModel(train.readText('model.json'), (path) => train.read(path)));
}
