/** What outputs decide, by the names of classes that a model's file or its project keeps. */

import { elementCount } from '../../core/tensor.ts';
import type { SampleNotes } from '../../data/preparing/sample-notes.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { decide } from '../score/class-scores.ts';

/** Names of the classes between which an output decides. */
export type ClassNames = readonly string[];

const PROBABILITIES = new Set(['softmax', 'logistic']);
const CONVERSIONS = new Set(['dequantize', 'quantize', 'reshape']);

function areProbabilities(graph: Graph, id: ValueId): boolean {
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(id));
  if (maker === undefined) return false;
  const [first] = maker.inputs;
  if (CONVERSIONS.has(maker.kind) && first !== undefined) return areProbabilities(graph, first);
  return PROBABILITIES.has(maker.kind);
}

/** A detector of anomalies knows names of classes too, and gives its input again. */
function givesInputAgain(graph: Graph, output: ValueId): boolean {
  const [[input, ...others], { type }] = [graph.inputs, getValue(graph, output)];
  if (others.length > 0 || areProbabilities(graph, output)) return false;
  return elementCount(getValue(graph, input).type.shape) === elementCount(type.shape);
}

/** In the order of the graph's outputs; undefined for one that decides between no classes whose names are known. */
export function classesOfOutputs(
  graph: Graph,
  { classes, outputClasses = {} }: Pick<SampleNotes, 'classes' | 'outputClasses'>,
): readonly (ClassNames | undefined)[] {
  return graph.outputs.map((id) => {
    const { name, type } = getValue(graph, id);
    const names = outputClasses[name] ?? (graph.outputs.length === 1 ? classes : undefined);
    const width = elementCount(type.shape);
    const fits = names?.length === width || (names?.length === 2 && width === 1);
    return fits && !givesInputAgain(graph, id) ? names : undefined;
  });
}

/** The class of every sample in `data`, which has one after another; a single number says how sure the second of two is. */
export function decidedClasses(names: ClassNames, data: ArrayLike<number>, width: number): readonly string[] {
  const places = decide({ data, width, classes: names.length }, data.length / width);
  return Array.from(places, (place) => names[place]);
}
