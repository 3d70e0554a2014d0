/**
 * Float models of Keras layers as float graphs, with batch 1. A single input is called `input`, a single output `output`;
 * several have the names of their layers.
 */

import { TinymlError, unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { FloatModel } from '../../core/float-model.ts';
import { given } from '../../core/given.ts';
import type { JsonObject } from '../../core/json.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { GraphBuilder } from '../../ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { ImportWishes } from '../importer.ts';
import { LayerContext, type LayerImporter, type LayerValue, type Writer } from './layer.ts';
import { maskRules, toldMask, withMask } from './layers/masking.ts';
import { layerRow, type RefusedLayer, SUPPORTED_LAYERS } from './layers.ts';
import { stepForm } from './step-form.ts';
import type { CallArguments } from './topology/arguments.ts';
import type { KerasModel, LayerCall } from './topology/keras-model.ts';
import { isModelClass, layersWithin, type RawLayer } from './topology/raw-layer.ts';
import { readTopology } from './topology/read-topology.ts';
import { weightFinder } from './weights.ts';

const MAX_ELEMENTS = 1 << 28;

function importerOf(className: string): LayerImporter {
  const row = layerRow(className);
  if (row !== undefined && 'import' in row) return row.import;
  throw unsupportedLayer(className, row);
}

function unsupportedLayer(className: string, row: RefusedLayer | undefined): Error {
  return unsupportedError(
    'unsupported-layer',
    `tinyml cannot compute ${className} layers on a microcontroller${row === undefined ? '' : `: ${row.reason}`}.`,
    row?.instead ?? `Replace it with layers among ${SUPPORTED_LAYERS.join(', ')}.`,
  );
}

function writerOf(version: unknown): Writer {
  if (typeof version !== 'string') return 'tfjs';
  if (version.startsWith('tfjs')) return 'tfjs';
  return /^[012]\./.test(version) ? 'keras-2' : 'keras-3';
}

function renamed(graph: Graph, id: ValueId, name: string): Graph {
  return { ...graph, values: new Map(graph.values).set(id, { ...getValue(graph, id), name }) };
}

function refuseLargeInput(shape: Shape): void {
  if (elementCount(shape) <= MAX_ELEMENTS) return;
  throw unsupportedError(
    'model-too-large',
    `The input has shape ${formatShape(shape)}; no microcontroller holds it.`,
  );
}

function emptyModel(): Error {
  return unsupportedError(
    'empty-model',
    'The model has no layer that computes anything.',
    'Add a Dense layer.',
  );
}

/** Outputs that are inputs, or one value twice, have no place of their own in memory. */
function refusePassedThrough(outputs: readonly ValueId[], inputs: readonly ValueId[]): void {
  if (outputs.every((id) => inputs.includes(id))) throw emptyModel();
  if (new Set([...outputs, ...inputs]).size === outputs.length + inputs.length) return;
  throw unsupportedError(
    'repeated-output',
    'The model gives one tensor back twice, or an input as it is.',
    'Build a model of the other outputs from the same layers.',
  );
}

/**
 * What no list of calls describes is often the work of a layer that is refused by name: Keras 3 writes beside some, as
 * functions, what it computes.
 */
function readCalls(topology: JsonObject): KerasModel {
  try {
    return readTopology(topology);
  } catch (error) {
    if (error instanceof TinymlError && error.kind === 'unsupported') refuseByName(topology);
    throw error;
  }
}

/** Throws for the first layer in the order of the file that has no operators, also of models inside the model. */
function refuseByName(topology: JsonObject): void {
  if (!isModelClass(topology.class_name ?? topology.className)) return;
  for (const { name, className } of layersWithin(topology)) {
    const row = layerRow(className);
    if (row === undefined || 'import' in row) continue;
    withErrorContext(titleOf({ name, className }), () => {
      throw unsupportedLayer(className, row);
    });
  }
}

function titleOf({ name, className }: Pick<RawLayer, 'name' | 'className'>): string {
  return `Layer "${name}" (${className})`;
}

/** What a call reads first, with the mask that it is told to take. */
function told(
  input: LayerValue,
  masked: LayerCall['masked'],
  values: ReadonlyMap<number, LayerValue>,
): LayerValue {
  if (masked === undefined) return input;
  return masked === 'none' ? { ...input, masked: undefined } : toldMask(input, values.get(masked));
}

/**
 * Throws input errors for damaged models and unsupported errors for layers without operators, naming the layer. `step`: the
 * network of one time step.
 */
export function importKeras(
  { topology, weights }: FloatModel,
  { step = false }: Pick<ImportWishes, 'step'> = {},
): Graph {
  const whole = readCalls(topology);
  const model = step ? stepForm(whole) : whole;
  const { calls } = model;
  for (const { shape } of model.inputs) refuseLargeInput(shape);
  const weightsOf = weightFinder(weights);
  const builder = new GraphBuilder();
  const writer = writerOf(topology.keras_version);
  const rules = maskRules(writer, topology.keras_version);
  const narrowed = new Map<ValueId, ValueId>();
  const inputs = model.inputs.map(({ name, shape }) => {
    const title = model.inputs.length === 1 ? 'input' : name;
    return { id: builder.input(title, { dtype: 'float32', shape }), shape };
  });
  const values = new Map<number, LayerValue>(inputs.entries());
  const contextOf = (
    path: readonly string[],
    name: string,
    config: LayerContext['config'],
    inputs: LayerValue[],
    { callArguments, states }: Pick<LayerCall, 'states'> & { readonly callArguments?: CallArguments } = {},
  ) =>
    new LayerContext(name, config, inputs, {
      builder,
      writer,
      narrowed,
      path,
      weightsOf,
      arguments: callArguments,
      states: states?.length,
    });
  for (const call of calls) {
    const {
      name,
      path,
      className,
      config,
      inputs,
      arguments: callArguments,
      masked,
      output,
      states = [],
    } = call;
    const [first, ...others] = inputs.map((tensor) => values.get(tensor) as LayerValue);
    const made = withErrorContext(titleOf({ name, className }), () => {
      const read = [told(first, masked, values), ...others];
      const layer = contextOf(path, name, config, read, { ...given({ callArguments }), states });
      return withMask(className, read, importerOf(className)(layer), rules);
    });
    values.set(output, made);
    for (const [index, state] of states.entries()) values.set(state, made.states?.[index] as LayerValue);
  }
  const outputs = model.outputs.map(({ name, tensor }) => {
    const last = calls.find(({ output, states = [] }) => output === tensor || states.includes(tensor));
    if (last === undefined) throw emptyModel();
    const result = values.get(tensor) as LayerValue;
    const id = contextOf(last.path, last.name, last.config, []).narrow(result);
    return { name: model.outputs.length === 1 ? 'output' : name, id };
  });
  const ids = outputs.map(({ id }) => id);
  refusePassedThrough(
    ids,
    inputs.map(({ id }) => id),
  );
  return outputs.reduce((graph, { id, name }) => renamed(graph, id, name), builder.build(ids));
}
