/** The float graph of a project, in the form that is quantized and written: as it was trained, or compressed. */

import type { Artifact } from '../artifacts/store.ts';
import type { FloatModel } from '../core/float-model.ts';
import { given } from '../core/given.ts';
import { importKeras } from '../formats/keras/import.ts';
import { readTfjsModel } from '../formats/tfjs/read.ts';
import type { Graph } from '../ir/graph.ts';
import { readCompressed, type WrittenModel } from '../models/compress/written-graph.ts';
import { type LoweringOptions, simplifyFloat } from '../models/convert/lower.ts';
import type { WithKept } from '../passes/quantize/rounding/kept-weights.ts';
import type { ProjectConfig } from './config.ts';

/** The layers and weights as training left them. */
export function readFloatModel(train: Artifact): FloatModel {
  return readTfjsModel(train.readText('model.json'), (path) => train.read(path));
}

/** Of the options of stages that read the float graph; nothing where it is the one that was trained. */
export interface FloatOrigin {
  readonly from?: 'compress' | undefined;
}

/** A project that lists no methods has no stage `compress`: everything is made as if there were none. */
export function floatOrigin({ training: { compress = [] } }: Pick<ProjectConfig, 'training'>): FloatOrigin {
  return compress.length === 0 ? {} : { from: 'compress' };
}

/** The stage whose artifact `readFloatGraph` reads. */
export function floatStage({ from }: FloatOrigin): 'train' | 'compress' {
  return from ?? 'train';
}

/** A float graph, and what its integers are to keep of its weights. */
export interface KeptGraph extends WithKept, Pick<WrittenModel, 'trained'> {
  readonly graph: Graph;
}

/** What decides how it is simplified. */
type FloatForm = Partial<Pick<LoweringOptions, 'method' | 'library' | 'recurrent'>>;

/** As `readFloatGraph`, with what methods of compression left; a graph that was trained for its integers is prepared already. */
export function readKeptGraph(float: Artifact, form: FloatForm = {}): KeptGraph {
  const compressed =
    float.manifest.stage === 'compress' ? readCompressed((file) => float.read(file)) : undefined;
  const { keeps: kept, trained } = compressed ?? {};
  const graph = compressed?.graph ?? importKeras(readFloatModel(float));
  return trained === undefined
    ? { graph: simplifyFloat(graph, { ...form, without: [] }), ...given({ kept }) }
    : { graph, ...given({ kept }), trained };
}

/** As a graph, simplified as `tinyml convert --float` writes it, or as a recipe of quantization starts from. */
export function readFloatGraph(float: Artifact, form: FloatForm = {}): Graph {
  return readKeptGraph(float, form).graph;
}
