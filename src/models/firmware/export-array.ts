/** A `.tflite` file that TensorFlow Lite Micro runs, as a C++ array. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { CArrayStyle } from '../../targets/c-array/array-style.ts';
import { type CArrayFacts, cArrayFiles, type TensorFact } from '../../targets/c-array/c-array-files.ts';
import { readTflmModel } from '../tflm-model.ts';

/** Names of the files and of the array. */
export interface ArrayOptions {
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
export function exportArray(model: Uint8Array, options: ArrayOptions): Record<string, string> {
  const { graph } = readTflmModel(model);
  return Object.fromEntries(
    cArrayFiles(model, factsOf(graph), options).map(({ path, text }) => [path, text]),
  );
}
