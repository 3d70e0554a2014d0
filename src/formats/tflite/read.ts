/**
 * Reads a `.tflite` file by whichever converter into a checked graph, refusing what TFLM or tinyml would not compute.
 * Value ids are the file's tensor indices. Any bytes give a graph or a `TinymlError`, in bounded time and memory.
 */

import { ByteBuffer, Encoding } from 'flatbuffers';
import { attempt, TinymlError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { isQuantizedDType } from '../../core/tensor.ts';
import { checkGraph } from '../../ir/check-graph.ts';
import type { Graph, Node, Value, ValueId } from '../../ir/graph.ts';
import { graphSteps } from '../../ir/graph-cost.ts';
import { Allowance, boundedNumbers, boundedText } from '../allowance.ts';
import { controlFlow } from './control/subgraph-copies.ts';
import { BuiltinOperator, Model, type SubGraph } from './generated/tflite_generated.ts';
import { requireFiniteWeights } from './mend/finite-weights.ts';
import { Mending } from './mend/mending.ts';
import { OFFLINE_PLAN, OFFLINE_PLAN_HEADER_BYTES } from './offline-plan.ts';
import { readNodes } from './read-nodes.ts';
import { type CodeInFile, type KnownOperator, readCodes, readKinds } from './read-operators.ts';
import { corrupt, type FileTensor, readTensors } from './read-tensors.ts';
import { readResources } from './resources/read-resources.ts';
import { VERSION, verifyModel } from './verify.ts';

/** What the file says beyond the graph. */
export interface TfliteContainer {
  readonly fileBytes: number;
  readonly description: string;
  readonly operatorCodes: readonly OperatorCodeInfo[];
  /** The version of each node's operator code, as the file has it. */
  readonly nodeVersions: readonly number[];
  /** Which operator of the main subgraph each node is: what only says something of others is no node. */
  readonly nodeOperators: readonly number[];
  /** Bytes of the constants; shared buffers count once. */
  readonly constantBytes: number;
  readonly tensorCount: number;
  readonly metadataNames: readonly string[];
}

export interface OperatorCodeInfo {
  /** `FULLY_CONNECTED`, or the name of a custom operator. */
  readonly name: string;
  readonly version: number;
  /** False for codes that no operator refers to. */
  readonly used: boolean;
}

/** A `.tflite` file whose operators tinyml computes. */
export interface TfliteModel {
  readonly graph: Graph;
  readonly container: TfliteContainer;
}

const LEFT_TO_THE_PLANNER = -1;

export function requireVersion(model: Model): void {
  if (model.version() === VERSION) return;
  throw unsupportedError(
    'tflite-version',
    `The model has schema version ${model.version()}; TensorFlow Lite runs version ${VERSION}.`,
  );
}

function mainSubgraph(model: Model): SubGraph {
  requireVersion(model);
  const subgraph = model.subgraphs(0);
  if (model.subgraphsLength() === 0 || subgraph === null) throw corrupt('The model has no subgraph.');
  return subgraph;
}

function endpoints(
  what: 'input' | 'output',
  indices: readonly number[],
  tensors: readonly FileTensor[],
): ValueId[] {
  if (indices.length === 0) throw corrupt(`The model has no ${what}.`);
  for (const index of indices) {
    if (tensors[index] === undefined) {
      throw corrupt(`The model's ${what} is tensor ${index}, but there are ${tensors.length}.`);
    }
    if (tensors[index].isHandle) {
      throw unsupportedError(
        'unsupported-type',
        `The model's ${what} "${tensors[index].name}" stands for a variable.`,
      );
    }
    if (what === 'input' && tensors[index].data !== undefined) {
      throw corrupt(`The model's input "${tensors[index].name}" is a constant.`);
    }
  }
  return [...indices];
}

/** Without the constants that became attributes. */
function usedValues(
  tensors: readonly FileTensor[],
  nodes: readonly Node[],
  ends: readonly ValueId[],
): Map<ValueId, Value> {
  const used = new Set<ValueId | undefined>(ends);
  for (const { inputs, outputs } of nodes) for (const id of [...inputs, ...outputs]) used.add(id);
  return new Map(
    tensors.filter(({ id }) => used.has(id)).map(({ named: _, isHandle: __, ...value }) => [value.id, value]),
  );
}

/** The offsets of an offline plan; TFLM stops when there is not one for each tensor. */
function readOfflinePlan(
  model: Model,
  bufferIndex: number,
  tensorCount: number,
  allowance: Allowance,
): number[] {
  const bytes = bufferIndex < model.buffersLength() ? model.buffers(bufferIndex)?.dataArray() : undefined;
  if (bytes == null || bytes.length < OFFLINE_PLAN_HEADER_BYTES) {
    throw corrupt(`The metadata ${OFFLINE_PLAN} is too short.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getInt32(8, true);
  if (count !== tensorCount) {
    throw unsupportedError(
      'offline-plan',
      `The model plans memory for ${counted(count, 'tensor')}, but it has ${tensorCount}; TensorFlow Lite Micro refuses it.`,
    );
  }
  if (bytes.length < OFFLINE_PLAN_HEADER_BYTES + 4 * count) {
    throw corrupt(`The metadata ${OFFLINE_PLAN} is too short for ${counted(count, 'offset')}.`);
  }
  const offsetOf = (index: number): number => view.getInt32(OFFLINE_PLAN_HEADER_BYTES + 4 * index, true);
  const offsets = boundedNumbers(count, offsetOf, allowance);
  const outside = offsets.find((offset) => offset < LEFT_TO_THE_PLANNER);
  if (outside !== undefined) throw corrupt(`The metadata ${OFFLINE_PLAN} has the offset ${outside}.`);
  return offsets;
}

/** Names in order, and the offline plan: of several, TFLM takes the last. */
export interface ModelMetadata {
  readonly names: readonly string[];
  readonly offlinePlan: readonly number[] | undefined;
}

/** `tensorCount` is that of all subgraphs together. */
export function readMetadata(model: Model, tensorCount: number, allowance: Allowance): ModelMetadata {
  let offlinePlan: readonly number[] | undefined;
  const names = Array.from({ length: model.metadataLength() }, (_, index) => {
    const metadata = model.metadata(index);
    if (metadata === null) throw corrupt(`metadata ${index} is missing`);
    const name = boundedText(metadata.name(Encoding.UTF8_BYTES), allowance);
    if (name === OFFLINE_PLAN)
      offlinePlan = readOfflinePlan(model, metadata.buffer(), tensorCount, allowance);
    return name;
  });
  return { names, offlinePlan };
}

function operatorCodes(
  codes: readonly CodeInFile[],
  operators: readonly KnownOperator[],
): OperatorCodeInfo[] {
  const used = new Set(operators.map(({ codeIndex }) => codeIndex));
  return codes.map(({ name, version }, index) => ({ name, version, used: used.has(index) }));
}

/** Whether the file is taken as a chip takes it, or as the model that its author meant. */
type Reading = 'as-it-is' | 'mended';

function allTensors(model: Model): number {
  const counts = Array.from(
    { length: model.subgraphsLength() },
    (_, at) => model.subgraphs(at)?.tensorsLength() ?? 0,
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Subgraphs that CALL_ONCE does not run belong to operators that explain less than this does. */
function requireNoControlFlow(model: Model, codes: readonly CodeInFile[]): void {
  const count = model.subgraphsLength();
  if (count === 1 || codes.some(({ code }) => code === BuiltinOperator.CALL_ONCE)) return;
  throw unsupportedError(
    'several-subgraphs',
    `The model has ${count} subgraphs; tinyml reads models without control flow.`,
  );
}

function mendingOf(inputs: readonly ValueId[], tensors: readonly FileTensor[]): Mending {
  return new Mending(inputs.every((index) => (tensors[index]?.type.shape[0] ?? 1) === 1));
}

function read(bytes: Uint8Array, reading: Reading): TfliteModel {
  verifyModel(bytes);
  const model = Model.getRootAsModel(new ByteBuffer(bytes));
  const subgraph = mainSubgraph(model);
  const allowance = new Allowance(bytes.length, 'computed');
  const codes = readCodes(model, allowance);
  if (reading === 'as-it-is') requireNoControlFlow(model, codes);
  const known = readKinds(subgraph, codes);
  const widens = reading === 'mended';
  const { tensors: own, constantBytes } = readTensors(model, subgraph, allowance, widens);
  const { operators, tensors: stored } = readResources(known, own, { model, codes, allowance, widens });
  const inputs = boundedNumbers(subgraph.inputsLength(), (index) => subgraph.inputs(index), allowance);
  const outputs = boundedNumbers(subgraph.outputsLength(), (index) => subgraph.outputs(index), allowance);
  const { names: metadataNames } = readMetadata(model, allTensors(model), allowance);
  const graphInputs = endpoints('input', inputs, stored);
  const graphOutputs = endpoints('output', outputs, stored);
  const { nodes, origins, tensors, ends } = readNodes(operators, {
    tensors: stored,
    ends: graphOutputs,
    mending: widens ? mendingOf(inputs, stored) : undefined,
    control: widens ? controlFlow(model, codes, allowance, widens) : undefined,
    allowance,
  });
  const graph = {
    inputs: graphInputs,
    outputs: ends,
    nodes,
    values: usedValues(tensors, nodes, [...inputs, ...ends]),
  };
  checkGraph(graph);
  allowance.spendSteps(graphSteps(graph));
  return {
    graph,
    container: {
      fileBytes: bytes.length,
      description: boundedText(model.description(Encoding.UTF8_BYTES), allowance),
      operatorCodes: operatorCodes(codes, known),
      nodeVersions: origins.map(({ code }) => code.version),
      nodeOperators: origins.map(({ index }) => index),
      constantBytes,
      tensorCount: stored.length,
      metadataNames,
    },
  };
}

/**
 * The graph that a chip computes. Integers that depend on constants and shapes alone are constants in it. Throws input
 * errors for damaged files, `unsupported` ones for what tinyml does not compute.
 */
export function readTflite(bytes: Uint8Array): TfliteModel {
  try {
    return read(bytes, 'as-it-is');
  } catch (error) {
    throw withWayOut(error, bytes);
  }
}

/** What a person can do about a file that a conversion mends. */
function wayOut({ values }: Graph): string {
  const isInteger = [...values.values()].some(
    ({ type, data }) => data === undefined && isQuantizedDType(type.dtype),
  );
  return isInteger
    ? 'Mend it with "tinyml convert MODEL -o mended.tflite".'
    : 'Mend it with "tinyml convert MODEL --float -o float.tflite", or make it int8 with --int8 --calibration x.npy.';
}

function withWayOut(error: unknown, bytes: Uint8Array): unknown {
  if (!(error instanceof TinymlError && error.kind === 'unsupported')) return error;
  const mended = attempt(() => read(bytes, 'mended'));
  if ('refusal' in mended) return error;
  return new TinymlError(error.kind, error.code, error.message, wayOut(mended.value.graph), error);
}

/**
 * The graph that a conversion starts from: as `readTflite`, but weights that are stored as float16, or as integers of a
 * float operator, are float32 again, and shapes that the file declares wrongly are those that the inputs make.
 */
export function importTflite(bytes: Uint8Array): Graph {
  const { graph } = read(bytes, 'mended');
  requireFiniteWeights(graph);
  return graph;
}
