/** What generated sources say of a model: its ends, what its outputs decide, and vectors for the self-test. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import type { Normalization } from '../../data/normalization.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { affordableRuns } from '../../formats/allowance.ts';
import { type Graph, getValue, inputTypes, type ValueId } from '../../ir/graph.ts';
import { graphSteps } from '../../ir/graph-cost.ts';
import { type ModelOutline, operatorViews } from '../../ir/outline.ts';
import {
  type Decision,
  type FirmwareTensor,
  firmwareTensor,
  type GoldenVector,
  isReal,
  type ModelFacts,
} from '../../targets/firmware/firmware.ts';
import { checkLabels } from '../../targets/firmware/labels.ts';
import type { FirmwareStream } from '../../targets/firmware/streams/firmware-stream.ts';
import { randomInputs, randomVectors, vectorCount, vectorsFromRecords } from './golden-vectors.ts';
import { outlineEnds } from './outline-ends.ts';

/** What the project knows of the model's inputs. */
export interface FirmwareData {
  readonly seed: number;
  /** Inputs of the test split, normalized as the model takes them. */
  readonly test?: FloatArray;
  readonly normalization?: Normalization;
  /** Where the inputs were prepared by more than that; not together with it. */
  readonly preparation?: Preparation;
  /** What the firmware is to listen for; its preparation is the whole one. */
  readonly stream?: FirmwareStream;
  /** Of several outputs, by their names: the classes between which some decide. */
  readonly outputLabels?: Readonly<Record<string, readonly string[]>>;
  /** Of an autoencoder: the mean squared error above which a sample is an anomaly. */
  readonly anomalyThreshold?: number;
}

function tensors(graph: Graph, role: 'input' | 'output', ids: readonly ValueId[]): FirmwareTensor[] {
  return ids.map((id) => {
    const { name, type } = getValue(graph, id);
    return firmwareTensor(role, { name, ...type });
  });
}

/** Outputs among several with the classes between which they decide. */
function labelled(outputs: readonly FirmwareTensor[], { outputLabels = {} }: FirmwareData): FirmwareTensor[] {
  return outputs.map((output) => {
    const labels = outputLabels[output.name];
    if (labels === undefined || outputs.length === 1 || !isReal(output)) return output;
    if (labels.length !== Math.max(2, output.length)) return output;
    checkLabels(labels);
    return { ...output, labels };
  });
}

/** Float arithmetic differs with the compiler; a float32 input or output alone does not. */
export function isBitExact(graph: Graph): boolean {
  return graph.nodes.every(
    (node) => node.kind === 'quantize' || inputTypes(graph, node)[0]?.dtype !== 'float32',
  );
}

function endsInSoftmaxOf({ subgraphs: [{ operators, outputs }] }: ModelOutline): boolean {
  return operators.some(({ name, outputs: results }) => name === 'SOFTMAX' && results.includes(outputs[0]));
}

function endsInSoftmax({ nodes, outputs }: Graph): boolean {
  return nodes.some(({ kind, outputs: results }) => kind === 'softmax' && results.includes(outputs[0]));
}

/** One output that gives the input again. */
function anomalyOf(
  inputs: readonly FirmwareTensor[],
  outputs: readonly FirmwareTensor[],
  threshold: number,
): Decision | undefined {
  const [input, output] = [inputs[0], outputs[0]];
  const reconstructs = inputs.length === 1 && outputs.length === 1 && input.length === output.length;
  return reconstructs && isReal(input) && isReal(output) ? { kind: 'anomaly', threshold } : undefined;
}

function decisionOf(
  isSoftmax: boolean,
  inputs: readonly FirmwareTensor[],
  outputs: readonly FirmwareTensor[],
  labels: readonly string[] | undefined,
  { anomalyThreshold }: FirmwareData,
): Decision | undefined {
  if (anomalyThreshold !== undefined && labels === undefined)
    return anomalyOf(inputs, outputs, anomalyThreshold);
  const [output] = outputs;
  const { length, element } = output;
  const decides = outputs.length === 1 && isReal(output);
  if (labels === undefined) return decides && length > 1 && isSoftmax ? { kind: 'argmax' } : undefined;
  checkLabels(labels);
  if (decides && length > 1 && labels.length === length) return { kind: 'argmax', labels };
  if (decides && length === 1 && labels.length === 2) return { kind: 'threshold', labels };
  throw usageError(
    'label-count',
    outputs.length === 1
      ? `The model has an output of ${length} ${element} values, which do not decide between ${counted(labels.length, 'label')}.`
      : `The model has ${outputs.length} outputs; labels are for models with one.`,
    'Give one label for each value of the output, or two for a single one.',
  );
}

function randomSource(seed: number): string {
  return `three constant ones, then random ones of seed ${seed}`;
}

function goldenVectors(
  graph: Graph,
  { test, seed }: FirmwareData,
  count: number,
): { readonly vectors: readonly GoldenVector[]; readonly vectorSource: string } {
  if (test === undefined) {
    return {
      vectors: randomVectors(graph, seed, count),
      vectorSource: randomSource(seed),
    };
  }
  return {
    vectors: vectorsFromRecords(graph, test, count),
    vectorSource: `spread evenly over the ${counted(test.shape[0], 'record')} of the test split`,
  };
}

/** The operand that is a table, of operators that look up places in one: some read past its end without noticing. */
const TABLES: Readonly<Record<string, number>> = { EMBEDDING_LOOKUP: 1, GATHER: 0, GATHER_ND: 0 };

/** The places along the shortest axis of any such table; undefined where there is none. */
function leastPlaces(outline: ModelOutline): number | undefined {
  const lengths = operatorViews(outline).flatMap(
    ({ operator: { name }, inputs }) => inputs[TABLES[name] ?? inputs.length]?.shape ?? [],
  );
  return lengths.length === 0 ? undefined : Math.min(...lengths);
}

/** What users ask of every generated source. */
export interface SourceWishes {
  /** Golden vectors; by default up to eight. */
  readonly vectors?: number;
  readonly labels?: readonly string[];
}

/** What there is to say of a model's ends, and of vectors for them. */
export type EndFacts = Pick<ModelFacts, 'inputs' | 'outputs' | 'vectors' | 'vectorSource' | 'decision'>;

/** What is known of the model without its graph: where it goes wrong nobody here can say. */
export function unprovenFacts(
  model: Uint8Array,
  outline: ModelOutline,
  { labels, vectors }: SourceWishes,
  data: FirmwareData,
): EndFacts {
  const ends = outlineEnds(outline);
  const [inputs, outputs] = [
    ends.inputs.map((fact) => firmwareTensor('input', fact)),
    ends.outputs.map((fact) => firmwareTensor('output', fact)),
  ];
  const types = inputs.map(({ element: dtype, shape, quant }) => ({ dtype, shape, ...given({ quant }) }));
  return {
    inputs,
    outputs,
    ...given({ decision: decisionOf(endsInSoftmaxOf(outline), inputs, outputs, labels, data) }),
    vectors: randomInputs(types, data.seed, vectorCount(model.length, types, vectors), leastPlaces(outline)),
    vectorSource: randomSource(data.seed),
  };
}

/** Vectors with the outputs that the interpreter gives. */
export function provenFacts(
  model: Uint8Array,
  graph: Graph,
  { labels, vectors }: SourceWishes,
  data: FirmwareData,
): EndFacts {
  const inputs = tensors(graph, 'input', graph.inputs);
  const outputs = labelled(tensors(graph, 'output', graph.outputs), data);
  const types = [...graph.inputs, ...graph.outputs].map((id) => getValue(graph, id).type);
  const count = vectorCount(model.length, types, vectors);
  return {
    inputs,
    outputs,
    ...given({ decision: decisionOf(endsInSoftmax(graph), inputs, outputs, labels, data) }),
    ...goldenVectors(
      graph,
      data,
      vectors === undefined ? affordableRuns(model.length, graphSteps(graph), count) : count,
    ),
  };
}
