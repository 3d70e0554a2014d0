/** What a model holds and costs: operators, where its bytes go, the arena it needs in each build, and what is wrong with it. */

import { attempt, TinymlError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { Shape } from '../../core/tensor.ts';
import type { SampleNotes } from '../../data/preparing/sample-notes.ts';
import { readConstantBuffers } from '../../formats/tflite/constant-buffers.ts';
import { readTflite } from '../../formats/tflite/read.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph, Node } from '../../ir/graph.ts';
import type { ModelOutline, OperatorView, OutlineQuantization, OutlineTensor } from '../../ir/outline.ts';
import { operatorViews } from '../../ir/outline.ts';
import { ARENA_TARGETS, type ArenaPlan } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { Program } from '../../targets/c/program.ts';
import { DEFAULT_FORM, type LoweringOptions } from '../convert/lower.ts';
import { type PassStep, passSteps, tellingSteps } from '../convert/pass-steps.ts';
import { readSampleNotes } from '../sample-notes.ts';
import {
  type StandaloneMemory,
  standaloneMemory,
  standaloneProgram,
} from '../standalone/standalone-memory.ts';
import { type LibrarySupport, librarySupport } from './library-support.ts';
import { modelWarnings } from './model-warnings.ts';
import { outlineMacs } from './outline-macs.ts';
import type { ModelWarning } from './warnings/model-warning.ts';

export interface TensorSummary {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
  readonly quantization?: QuantizationSummary;
}

export type QuantizationSummary =
  | { readonly scale: number; readonly zeroPoint: number }
  | {
      readonly axis: number;
      readonly channels: number;
      readonly minScale: number;
      readonly maxScale: number;
    };

/** One operator of a model, and what it costs. */
export interface OperatorSummary {
  /** `CONV_2D`, or the name of a custom operator. */
  readonly operator: string;
  readonly version: number;
  readonly subgraph: number;
  /** Where tinyml computes every operator of the model, and this one was not computed when the file was read. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Without the operands that are left out. */
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  /** Absent where it is not known. */
  readonly macs?: number;
  /** Bytes of the constants it reads; int4 counts two to a byte. */
  readonly constantBytes: number;
}

/** A plan in figures; `unknownOperators` makes them lower bounds. */
export type ArenaSummary = Omit<ArenaPlan, 'buffers' | 'tail'>;

/** The figures of a model, ready for JSON. */
export interface Inspection {
  readonly fileBytes: number;
  readonly constantBytes: number;
  /** Everything in the file that is not a constant: tables, names, quantization, padding. */
  readonly overheadBytes: number;
  readonly description: string;
  /** Of the operators whose arithmetic is known. */
  readonly macs: number;
  /** `macs` is a lower bound. */
  readonly macsAtLeast: boolean;
  readonly subgraphs: number;
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  readonly operators: readonly OperatorSummary[];
  /** Operator codes in the file that no operator uses. */
  readonly unusedOperatorCodes: readonly string[];
  readonly metadata: readonly string[];
  /** Where the file says how its samples are prepared, and what classes are called. */
  readonly samples?: SampleNotes;
  /** For each build, in the order of `ARENA_TARGETS`; empty where no plan is possible. */
  readonly arena: readonly ArenaSummary[];
  /** Why there is no plan; absent where there is. */
  readonly arenaRefused?: string;
  /** Without an interpreter, as C alone: the memory that it works on, or why there is no such C. */
  readonly standalone: StandaloneMemory | Refusal;
  readonly libraries: readonly LibrarySupport[];
  readonly warnings: readonly ModelWarning[];
  /** What the passes of `tinyml convert` would make of it; empty where tinyml does not compute every operator. */
  readonly passes: readonly PassStep[];
}

/** Why there is none, in a sentence. */
interface Refusal {
  readonly refusal: string;
}

/** C without an interpreter, and the memory that it works on. */
export interface InspectedStandalone {
  readonly memory: StandaloneMemory;
  readonly program: Program;
}

/** An inspection with what drawings are made from. */
export interface InspectedModel {
  readonly inspection: Inspection;
  readonly outline: ModelOutline;
  /** One for each build, or none where no plan is possible. */
  readonly plans: readonly ArenaPlan[];
  readonly standalone: InspectedStandalone | Refusal;
}

function quantizationSummary({ scales, zeroPoints, axis }: OutlineQuantization): QuantizationSummary {
  if (scales.length === 1) return { scale: scales[0], zeroPoint: zeroPoints[0] };
  return {
    axis,
    channels: scales.length,
    minScale: scales.reduce((least, scale) => Math.min(least, scale)),
    maxScale: scales.reduce((most, scale) => Math.max(most, scale)),
  };
}

function tensorSummary({ name, dtype, shape, quantization }: OutlineTensor): TensorSummary {
  return {
    name,
    dtype,
    shape,
    ...(quantization === undefined ? {} : { quantization: quantizationSummary(quantization) }),
  };
}

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Two int4 elements share a byte of the file; TFLM counts one byte each. */
function storedBytes({ dtype, bytes }: OutlineTensor): number {
  return dtype === 'int4' ? Math.ceil(bytes / 2) : bytes;
}

/** By the tensor that an operator writes first. */
type AttributesByOutput = ReadonlyMap<number, Node['attributes']>;

/** Operators that were computed when the file was read have no node. */
function attributesOf(graph: Graph | undefined): AttributesByOutput {
  return new Map((graph?.nodes ?? []).map(({ attributes, outputs }) => [outputs[0], attributes]));
}

function operatorSummary(
  view: OperatorView,
  subgraph: number,
  attributes: AttributesByOutput,
): OperatorSummary {
  const { operator, inputs, outputs } = view;
  // The graph is that of the main subgraph.
  const own = subgraph === 0 ? attributes.get(operator.outputs[0]) : undefined;
  const macs = outlineMacs(view);
  const operands = inputs.filter(isPresent);
  const constants = operands.filter(({ storage }) => storage === 'constant');
  return {
    operator: operator.customName ?? operator.name,
    version: operator.version,
    subgraph,
    ...(own === undefined ? {} : { attributes: own }),
    inputs: operands.map(tensorSummary),
    outputs: outputs.map(tensorSummary),
    ...(macs === undefined ? {} : { macs }),
    constantBytes: constants.reduce((sum, tensor) => sum + storedBytes(tensor), 0),
  };
}

/** What is made of a model that is sound; it may be none that tinyml computes. */
function attemptOf<T>(make: () => T): { readonly value: T } | Refusal {
  try {
    return attempt(make);
  } catch (error) {
    // A warning says it.
    if (error instanceof TinymlError && error.code === 'scale-not-finite') return { refusal: error.message };
    throw error;
  }
}

function inspectStandalone(bytes: Uint8Array, options: ProgramOptions): InspectedStandalone | Refusal {
  const made = attemptOf(() => standaloneProgram(bytes, options));
  if ('refusal' in made) return made;
  return { memory: standaloneMemory(made.value), program: made.value };
}

function ends({ subgraphs: [main] }: ModelOutline, what: 'inputs' | 'outputs'): TensorSummary[] {
  return main[what].map((index) => tensorSummary(main.tensors[index]));
}

function arenaSummary({ buffers: _, tail: __, ...figures }: ArenaPlan): ArenaSummary {
  return figures;
}

/**
 * Of any `.tflite` file, with what the passes would make of it for a library; `options` are those of its C. Throws input errors for damaged ones.
 */
export function inspectModel(
  bytes: Uint8Array,
  form: Pick<LoweringOptions, 'library' | 'densePerChannel'> = DEFAULT_FORM,
  options: ProgramOptions = {},
): InspectedModel {
  const { outline, fileBytes, description, operatorCodes, metadataNames } = readOutline(bytes);
  const constants = readConstantBuffers(bytes);
  const constantBytes = constants.reduce((sum, buffer) => sum + buffer.bytes, 0);
  const read = attemptOf(() => readTflite(bytes));
  const graph = 'value' in read ? read.value.graph : undefined;
  const standalone = inspectStandalone(bytes, options);
  const views = operatorViews(outline);
  const subgraphOf = outline.subgraphs.flatMap(({ operators }, index) => operators.map(() => index));
  const attributes = attributesOf(graph);
  const operators = views.map((view, index) => operatorSummary(view, subgraphOf[index], attributes));
  const planned = attempt(() => ARENA_TARGETS.map((target) => planArena(outline, target)));
  const plans = 'refusal' in planned ? [] : planned.value;
  const inspection = {
    fileBytes,
    constantBytes,
    overheadBytes: fileBytes - constantBytes,
    description,
    macs: operators.reduce((sum, { macs = 0 }) => sum + macs, 0),
    macsAtLeast: operators.some(({ macs }) => macs === undefined),
    subgraphs: outline.subgraphs.length,
    inputs: ends(outline, 'inputs'),
    outputs: ends(outline, 'outputs'),
    operators,
    unusedOperatorCodes: operatorCodes.filter(({ used }) => !used).map(({ name }) => name),
    metadata: metadataNames,
    ...given({ samples: readSampleNotes(bytes) }),
    arena: plans.map(arenaSummary),
    ...('refusal' in planned ? { arenaRefused: planned.refusal } : {}),
    standalone: 'refusal' in standalone ? standalone : standalone.memory,
    libraries: librarySupport(outline),
    warnings: modelWarnings({ outline, operators: views, constants, metadataNames }),
    passes: graph === undefined ? [] : tellingSteps(passSteps(graph, form)),
  };
  return { inspection, outline, plans, standalone };
}
