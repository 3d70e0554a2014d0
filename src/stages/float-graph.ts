/** The trained model of a `train` artifact as a float graph in the form that is quantized and written. */

import type { Artifact } from '../artifacts/store.ts';
import type { FloatModel } from '../core/float-model.ts';
import { importKeras } from '../formats/keras/import.ts';
import { readTfjsModel } from '../formats/tfjs/read.ts';
import type { Graph } from '../ir/graph.ts';
import { type LoweringOptions, simplifyFloat } from '../models/convert/lower.ts';

/** The layers and weights as training left them. */
export function readFloatModel(train: Artifact): FloatModel {
  return readTfjsModel(train.readText('model.json'), (path) => train.read(path));
}

/** As a graph, simplified as `tinyml convert --float` writes it, or as a recipe of quantization starts from. */
export function readFloatGraph(train: Artifact, form: Pick<LoweringOptions, 'method'> = {}): Graph {
  return simplifyFloat(importKeras(readFloatModel(train)), { ...form, without: [] });
}
