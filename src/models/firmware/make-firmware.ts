/** Firmware of a model: what `targets/firmware` prints, gathered from the file, the memory planner and the interpreter. */

import { sha256 } from '../../core/digest.ts';
import { unsupportedError, usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import type { Normalization } from '../../data/normalization.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { affordableRuns } from '../../formats/tflite/allowance.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import { type Graph, getValue, inputTypes, type ValueId } from '../../ir/graph.ts';
import { graphSteps } from '../../ir/graph-cost.ts';
import { type ModelOutline, operatorViews } from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { arduinoSketch } from '../../targets/firmware/arduino-sketch.ts';
import {
  type ArenaFigure,
  type Decision,
  type Firmware,
  type FirmwareFile,
  type FirmwareTensor,
  firmwareTensor,
  type GoldenVector,
  isProven,
  isReal,
} from '../../targets/firmware/firmware.ts';
import { checkLabels } from '../../targets/firmware/labels.ts';
import type { ArduinoLibrary } from '../../targets/firmware/libraries.ts';
import { tflmTree } from '../../targets/firmware/tflm-tree.ts';
import { differsInCmsisNn } from '../../targets/tflm/library-limits.ts';
import { modelObjections } from '../../targets/tflm/model-objections.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { readComputedGraph } from '../tflm-model.ts';
import { randomInputs, randomVectors, vectorCount, vectorsFromRecords } from './golden-vectors.ts';
import { libraryCure } from './library-cure.ts';
import { outlineEnds } from './outline-ends.ts';

/** Where the firmware goes. */
export type FirmwareLayout =
  | { readonly layout: 'arduino'; readonly library: ArduinoLibrary; readonly sketch: string }
  | { readonly layout: 'tflm' };

/** Where the firmware goes, and what is in it. */
export type FirmwareOptions = FirmwareLayout & {
  /** C identifier of the array. */
  readonly name: string;
  /** Golden vectors; by default up to eight. */
  readonly vectors?: number;
  readonly labels?: readonly string[];
};

/** What the project knows of the model's inputs. */
export interface FirmwareData {
  readonly seed: number;
  /** Inputs of the test split, normalized as the model takes them. */
  readonly test?: FloatArray;
  readonly normalization?: Normalization;
  /** Where the inputs were prepared by more than that; not together with it. */
  readonly preparation?: Preparation;
  /** Of an autoencoder: the mean squared error above which a sample is an anomaly. */
  readonly anomalyThreshold?: number;
}

function tensors(graph: Graph, role: 'input' | 'output', ids: readonly ValueId[]): FirmwareTensor[] {
  return ids.map((id) => {
    const { name, type } = getValue(graph, id);
    return firmwareTensor(role, { name, ...type });
  });
}

/** Names in the order of their first use. Files whose operators tinyml computes have one subgraph. */
function operatorNames({ subgraphs }: ModelOutline): string[] {
  return [...new Set(subgraphs.flatMap(({ operators }) => operators.map(({ name }) => name)))];
}

/** Throws where the library would not run the model, or would compute something else. */
function checkLibrary(library: Library, graph: Graph | undefined, outline: ModelOutline): void {
  const [objection] = modelObjections(library, outline);
  if (objection === undefined) return;
  const cure = libraryCure(library, graph, outline);
  if (objection.cause === 'lacking') {
    const { name } = objection.view.operator;
    throw unsupportedError('library-operator', `${library} has no operator ${name}.`, cure);
  }
  throw unsupportedError(
    'library-refusal',
    `${library} does not run this model as it should. ${objection.sentence}`,
    cure,
  );
}

function arenaFigure(outline: ModelOutline, target: ArenaTarget): ArenaFigure {
  const { minimumBytes, unknownOperators } = planArena(outline, target);
  return { target, bytes: minimumBytes, unknownOperators };
}

function arenaFigures(
  outline: ModelOutline,
  options: FirmwareLayout,
): Pick<Firmware, 'arena'> & { readonly hostArena?: ArenaFigure } {
  if (options.layout === 'arduino') return { arena: [arenaFigure(outline, options.library)] };
  return {
    arena: [arenaFigure(outline, 'cortex-m-reference'), arenaFigure(outline, 'cortex-m-cmsis-nn')],
    hostArena: arenaFigure(outline, 'x86-64'),
  };
}

/** Float arithmetic differs with the compiler; a float32 input or output alone does not. */
function isBitExact(graph: Graph): boolean {
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
      ? `The model has an output of ${length} ${element} values, which do not decide between ${labels.length} labels.`
      : `The model has ${outputs.length} outputs; labels are for models with one.`,
    'Give one label for each value of the output, or two for a single one.',
  );
}

function randomSource(seed: number): string {
  return `three constant ones, then random ones (seed ${seed})`;
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
    vectorSource: `spread evenly over the ${test.shape[0]} records of the test split`,
  };
}

/** Variables live in an object that the application makes, whose size no file says. */
function refuseVariables(operators: readonly string[]): void {
  if (!operators.includes('VAR_HANDLE')) return;
  throw unsupportedError(
    'resource-variables',
    'The model keeps state in resource variables (VAR_HANDLE), for which generated firmware makes no MicroResourceVariables.',
    'Write the array alone, without --arduino or --tflm, and make the interpreter yourself.',
  );
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

/** What is known of the model without its graph: where it goes wrong nobody here can say. */
function unprovenFacts(
  model: Uint8Array,
  outline: ModelOutline,
  { labels, vectors }: FirmwareOptions,
  data: FirmwareData,
): Pick<Firmware, 'inputs' | 'outputs' | 'vectors' | 'vectorSource' | 'decision'> {
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

function provenFacts(
  model: Uint8Array,
  graph: Graph,
  { labels, vectors }: FirmwareOptions,
  data: FirmwareData,
): ReturnType<typeof unprovenFacts> {
  const inputs = tensors(graph, 'input', graph.inputs);
  const outputs = tensors(graph, 'output', graph.outputs);
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

/** As the library sees it: also where tinyml does not compute the model. */
function keepsState({ subgraphs }: ModelOutline): boolean {
  return subgraphs.some(({ tensors }) => tensors.some(({ storage }) => storage === 'variable'));
}

/** The Arduino libraries are what they are; TFLM itself is built with its reference kernels or with those of CMSIS-NN. */
function differingOperators(outline: ModelOutline): string[] {
  const differing = operatorViews(outline).filter(differsInCmsisNn);
  return [...new Set(differing.map(({ operator: { name } }) => name))];
}

/**
 * Everything there is to print. Where tinyml does not compute the model and the library does, the vectors have no
 * outputs. Refuses what the library does not run.
 */
export function makeFirmware(model: Uint8Array, options: FirmwareOptions, data: FirmwareData): Firmware {
  const graph = readComputedGraph(model);
  const { outline } = readOutline(model);
  const library: Library = options.layout === 'arduino' ? options.library : 'tflm';
  checkLibrary(library, graph, outline);
  const operators = operatorNames(outline);
  if (operators.length === 0) {
    throw unsupportedError(
      'no-operators',
      'The model has no operators: it gives its input back.',
      'Export a model that computes something.',
    );
  }
  refuseVariables(operators);
  return {
    model,
    arrayName: options.name,
    digest: sha256(model),
    library,
    operators,
    ...arenaFigures(outline, options),
    ...given({ normalization: data.normalization, preparation: data.preparation }),
    ...(graph === undefined
      ? unprovenFacts(model, outline, options, data)
      : provenFacts(model, graph, options, data)),
    isStateful: keepsState(outline),
    cmsisNnDiffers: graph !== undefined && options.layout === 'tflm' ? differingOperators(outline) : [],
    bitExact: graph !== undefined && isBitExact(graph),
  };
}

/** The files of the firmware, in the order in which people read them. */
export function firmwareFiles(firmware: Firmware, options: FirmwareLayout): FirmwareFile[] {
  return options.layout === 'arduino' ? arduinoSketch(firmware, options) : tflmTree(firmware);
}

/** What whoever exports it must know: an arena that is only a lower bound, a self-test that compares nothing. */
export function firmwareWarning(firmware: Firmware): string | undefined {
  const unproven = isProven(firmware)
    ? undefined
    : 'tinyml does not compute every operator of this model: the self-test runs it and compares nothing.';
  const sentences = [unproven, cmsisNnWarning(firmware), arenaWarning(firmware)].filter(
    (sentence) => sentence !== undefined,
  );
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

function cmsisNnWarning({ cmsisNnDiffers }: Firmware): string | undefined {
  if (cmsisNnDiffers.length === 0) return undefined;
  return `CMSIS-NN kernels compute ${cmsisNnDiffers.join(' and ')} otherwise than the reference kernels: built with them, the self-test says FAIL. Build with the reference kernels.`;
}

function arenaWarning({ arena, hostArena }: Firmware): string | undefined {
  const figures = [...arena, ...(hostArena === undefined ? [] : [hostArena])];
  const unknown = [...new Set(figures.flatMap(({ unknownOperators }) => unknownOperators))];
  if (unknown.length === 0) return undefined;
  return `kTensorArenaSize is a lower bound: the memory of ${unknown.join(', ')} is not known. Enlarge it until AllocateTensors() succeeds.`;
}
