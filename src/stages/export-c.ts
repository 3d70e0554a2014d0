/** Stage `export-c`: the `.tflite` file as C++ source for TensorFlow Lite Micro or Arduino. */

import { z } from 'zod';
import { readTflite } from '../formats/tflite/read.ts';
import { type Graph, getValue, type ValueId } from '../ir/graph.ts';
import {
  type CArrayFacts,
  type CArrayStyle,
  cArrayFiles,
  type TensorFact,
} from '../targets/c-array/c-array-files.ts';
import { MODEL_FILE } from './convert.ts';
import type { Stage } from './stage.ts';

const overrides = z.strictObject({
  style: z.enum(['tflm', 'arduino']).optional(),
  name: z.string().optional(),
});

export interface ExportOptions {
  readonly style: CArrayStyle;
  readonly name: string;
}

function factsOf(graph: Graph): CArrayFacts {
  const fact = (id: ValueId): TensorFact => {
    const { name, type } = getValue(graph, id);
    return { name, ...type };
  };
  return { inputs: graph.inputs.map(fact), outputs: graph.outputs.map(fact) };
}

/** The source files of a model, by path. */
export function exportModel(model: Uint8Array, options: ExportOptions): Record<string, string> {
  const { graph } = readTflite(model);
  return Object.fromEntries(
    cArrayFiles(model, factsOf(graph), options).map(({ path, text }) => [path, text]),
  );
}

export const exportStage: Stage<ExportOptions, z.infer<typeof overrides>> = {
  name: 'export-c',
  kind: 'c-source',
  summary: 'write the C array',
  overrides,
  options: (config, { style, name }) => ({
    style: style ?? config.export.style,
    name: name ?? config.export.name,
  }),
  consumes: () => [{ stage: 'convert' }],
  async run(_, options, input) {
    const model = input('convert').read(MODEL_FILE);
    return { files: exportModel(model, options), metrics: { modelBytes: model.length } };
  },
};
