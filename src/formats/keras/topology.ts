/**
 * Brings models of Keras 2, Keras 3 and TensorFlow.js into one list of calls: Sequential and Functional, models inside
 * models, layers that are used several times.
 */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Shape } from '../../core/tensor.ts';
import {
  type CallArguments,
  callsOf,
  damagedTopology,
  endsOf,
  type LayerReads,
  type TensorReference,
} from './calls.ts';
import type { LayerConfig } from './config.ts';
import {
  isModelClass,
  isOperation,
  layersOf,
  MAX_CALLS,
  OPERATION_PREFIX,
  type RawLayer,
  returnedStates,
} from './raw-layer.ts';

/** One use of a layer. Tensors are numbered, the model's inputs first. */
export interface LayerCall {
  /** `layer`, or `model/layer` inside a model; further uses carry a number. */
  readonly name: string;
  /** The names of the layers from the outermost model to this one. */
  readonly path: readonly string[];
  readonly className: string;
  readonly config: LayerConfig;
  readonly inputs: readonly number[];
  /** Of operations: which of the inputs stands where, and the constants among them. */
  readonly arguments?: CallArguments;
  /** The tensor of which it is told to pass over the steps of zeros. */
  readonly masked?: number;
  readonly output: number;
  /** Of recurrent layers that return them: the hidden state, and the cell state of LSTM, behind the last step. */
  readonly states?: readonly number[];
}

export interface ModelInput {
  /** Of its layer. */
  readonly name: string;
  /** With batch 1. */
  readonly shape: Shape;
}

export interface ModelOutput {
  /** Of the layer that makes it. */
  readonly name: string;
  readonly tensor: number;
}

export interface KerasModel {
  /** Tensors 0, 1, … in the order in which the model is called with them. */
  readonly inputs: readonly ModelInput[];
  /** In execution order, without input layers. */
  readonly calls: readonly LayerCall[];
  readonly outputs: readonly ModelOutput[];
}

function withBatch1(layerName: string, shape: JsonValue): Shape {
  if (!Array.isArray(shape) || shape.length === 0)
    throw damagedTopology(`layer "${layerName}" has no list as its input shape`);
  return [1, ...shape.slice(1)].map((dimension) => {
    if (dimension === null || dimension === -1) {
      throw unsupportedError(
        'dynamic-shape',
        `Layer "${layerName}" takes inputs of any length (its shape is ${JSON.stringify(shape)}), and a microcontroller needs one size.`,
        'Build the model with a fixed input shape.',
      );
    }
    if (!Number.isSafeInteger(dimension) || dimension < 1) {
      throw damagedTopology(`layer "${layerName}" has the input shape ${JSON.stringify(shape)}`);
    }
    return dimension;
  });
}

/** `batch_input_shape` (Keras 2, TensorFlow.js) or `batch_shape` (Keras 3) with batch 1; of a model, its input's. */
function declaredShape({ name, className, config, json }: RawLayer): Shape | undefined {
  const build = json.build_config;
  const shape =
    config.value('batch_input_shape') ??
    config.value('batch_shape') ??
    (isJsonObject(build) ? (build.input_shape ?? undefined) : undefined);
  if (shape !== undefined) return withBatch1(name, shape);
  return isModelClass(className) ? inputsOf(className, json)?.[0].shape : undefined;
}

/** What the first layer of a Sequential model tells, or the input layers; undefined where no shape is told. */
function inputsOf(className: string, model: JsonObject): readonly ModelInput[] | undefined {
  const layers = layersOf(model);
  const { config } = model;
  if (className === 'Sequential') {
    const [first] = layers;
    const built = isJsonObject(config) ? (config.build_input_shape ?? undefined) : undefined;
    const shape = declaredShape(first) ?? (built === undefined ? undefined : withBatch1(first.name, built));
    return shape === undefined ? undefined : [{ name: first.name, shape }];
  }
  if (!isJsonObject(config)) throw damagedTopology('it has no "config"');
  return endsIn(config, 'input').map(({ layer }) => {
    const input = layers.find(({ name }) => name === layer);
    const shape = input === undefined ? undefined : declaredShape(input);
    if (shape === undefined) throw damagedTopology(`its input layer "${layer}" has no shape`);
    return { name: layer, shape };
  });
}

/** One or more. */
function endsIn(config: JsonObject, what: 'input' | 'output'): readonly TensorReference[] {
  const ends =
    what === 'input'
      ? endsOf(config, 'input_layers', 'inputLayers')
      : endsOf(config, 'output_layers', 'outputLayers');
  if (ends.length === 0) throw damagedTopology(`it names no ${what}`);
  return ends;
}

/** Collects the calls of a model and of those inside it. */
interface Expansion {
  /** The number of the next tensor that a layer makes. */
  nextTensor: number;
  readonly calls: LayerCall[];
  /** How often each path was used. */
  readonly uses: Map<string, number>;
}

function append(
  expansion: Expansion,
  layer: RawLayer,
  path: readonly string[],
  inputs: readonly number[],
  { callArguments, masked }: { readonly callArguments?: CallArguments; readonly masked?: number } = {},
): number[] {
  if (isModelClass(layer.className)) return expandModel(expansion, layer.className, layer.json, path, inputs);
  if (expansion.calls.length >= MAX_CALLS) throw damagedTopology(`it calls more than ${MAX_CALLS} layers`);
  const joined = path.join('/');
  const earlier = expansion.uses.get(joined) ?? 0;
  expansion.uses.set(joined, earlier + 1);
  const output = expansion.nextTensor++;
  const states = Array.from({ length: returnedStates(layer) }, () => expansion.nextTensor++);
  expansion.calls.push({
    name: earlier === 0 ? joined : `${joined}:${earlier}`,
    path,
    className: layer.className,
    config: layer.config,
    inputs,
    ...(callArguments === undefined ? {} : { arguments: callArguments }),
    ...(masked === undefined ? {} : { masked }),
    output,
    ...(states.length === 0 ? {} : { states }),
  });
  return [output, ...states];
}

function expandSequential(
  expansion: Expansion,
  model: JsonObject,
  path: readonly string[],
  inputs: readonly number[],
): number[] {
  return layersOf(model)
    .filter(({ className }) => className !== 'InputLayer')
    .reduce<number[]>(
      (previous, layer) => {
        const made = append(expansion, layer, [...path, layer.name], previous);
        // Layers behind one another hand on one tensor.
        return isModelClass(layer.className) ? made : made.slice(0, 1);
      },
      [...inputs],
    );
}

interface PendingCall {
  readonly layer: RawLayer;
  readonly node: number;
  readonly reads: LayerReads;
}

const keyOf = ({ layer, node, tensor }: TensorReference): string => `${layer}\n${node}\n${tensor}`;

/**
 * Every use of every layer. Keras counts the uses of a model inside another from 1, because its own construction was
 * use 0; other layers, and models of some versions, count from 0.
 */
function pendingCalls(layers: readonly RawLayer[], ends: readonly TensorReference[]): PendingCall[] {
  const computing = layers.filter(({ className }) => className !== 'InputLayer');
  const calls = computing.map((layer) => ({
    layer,
    reads: callsOf(layer.json, `Layer "${layer.name}"`, isOperation(layer.className)),
  }));
  const highest = new Map<string, number>();
  for (const { layer, node } of [
    ...ends,
    ...calls.flatMap(({ reads }) => reads.flatMap(({ references }) => references)),
  ]) {
    highest.set(layer, Math.max(node, highest.get(layer) ?? 0));
  }
  return calls.flatMap(({ layer, reads }) => {
    const first = isModelClass(layer.className) && highest.get(layer.name) === reads.length ? 1 : 0;
    return reads.map((read, index) => ({ layer, node: first + index, reads: read }));
  });
}

/** Throws `unread-output` (unsupported) where a layer that is there has fewer outputs here than in Keras. */
function requireMade({ layer: name, tensor }: TensorReference, calls: readonly PendingCall[]): void {
  const maker = calls.find(({ layer }) => layer.name === name)?.layer;
  if (maker === undefined || isModelClass(maker.className) || tensor <= returnedStates(maker)) return;
  throw unsupportedError(
    'unread-output',
    `Output ${tensor + 1} of layer "${name}" (${maker.className}) is used, of which ${returnedStates(maker) + 1} can be read.`,
    'Use its first output alone, or states that LSTM, GRU and SimpleRNN layers in one direction return with return_state.',
  );
}

/** No tensor has this number. */
const NOT_MADE = -1;

/** Of which tensor a mask finds the steps of zeros, as Keras 3 writes what Masking computes: any(x ≠ 0) over the last axis. */
function maskedBy(mask: TensorReference, calls: readonly PendingCall[]): TensorReference {
  const makerOf = ({ layer: name, node: use }: TensorReference, className: string) =>
    calls.find(
      ({ layer, node }) =>
        layer.name === name && node === use && layer.className === `${OPERATION_PREFIX}${className}`,
    );
  const any = makerOf(mask, 'Any');
  const differs = any && makerOf(any.reads.references[0], 'NotEqual');
  const [, than] = differs?.reads.arguments?.positional ?? [];
  if (
    any?.layer.config.value('axis') === -1 &&
    differs !== undefined &&
    than?.kind === 'value' &&
    than.value === 0
  ) {
    return differs.reads.references[0];
  }
  throw unsupportedError(
    'unsupported-mask',
    `A layer is told which steps count by "${mask.layer}", which is no mask of steps of zeros.`,
    'Use a Masking layer with mask_value 0, right in front of the recurrent layers.',
  );
}

function expandFunctional(
  expansion: Expansion,
  model: JsonObject,
  path: readonly string[],
  inputs: readonly number[],
): number[] {
  const { config } = model;
  if (!isJsonObject(config)) throw damagedTopology('it has no "config"');
  const starts = endsIn(config, 'input');
  const ends = endsIn(config, 'output');
  if (starts.length !== inputs.length) {
    throw damagedTopology(`a model of ${starts.length} inputs is called with ${inputs.length}`);
  }
  const tensors = new Map(starts.map((start, index) => [keyOf(start), inputs[index]]));
  const pending = pendingCalls(layersOf(model), ends);
  let waiting = pending;
  while (waiting.length > 0) {
    const blocked: PendingCall[] = [];
    for (const call of waiting) {
      const ids = call.reads.references.map((reference) => tensors.get(keyOf(reference)));
      if (ids.some((id) => id === undefined)) {
        blocked.push(call);
        continue;
      }
      const { layer, node } = call;
      const zeros = call.reads.mask && maskedBy(call.reads.mask, pending);
      const outputs = append(
        expansion,
        layer,
        [...path, layer.name],
        ids as number[],
        given({
          callArguments: call.reads.arguments,
          masked: zeros && (tensors.get(keyOf(zeros)) ?? NOT_MADE),
        }),
      );
      for (const [tensor, id] of outputs.entries())
        tensors.set(keyOf({ layer: layer.name, node, tensor }), id);
    }
    if (blocked.length === waiting.length) {
      for (const { reads } of blocked) for (const read of reads.references) requireMade(read, pending);
      throw damagedTopology(`layer "${blocked[0].layer.name}" reads what no layer makes`);
    }
    waiting = blocked;
  }
  return ends.map((end) => {
    const id = tensors.get(keyOf(end));
    if (id === undefined) requireMade(end, pending);
    if (id === undefined) throw damagedTopology(`its output layer "${end.layer}" does not exist`);
    return id;
  });
}

function expandModel(
  expansion: Expansion,
  className: string,
  model: JsonObject,
  path: readonly string[],
  inputs: readonly number[],
): number[] {
  return className === 'Sequential'
    ? expandSequential(expansion, model, path, inputs)
    : expandFunctional(expansion, model, path, inputs);
}

/** Only what the outputs depend on is kept. */
function needed(calls: readonly LayerCall[], outputs: readonly number[]): LayerCall[] {
  const wanted = new Set(outputs);
  const kept: LayerCall[] = [];
  for (const call of calls.toReversed()) {
    const read = [call.output, ...(call.states ?? [])].findLastIndex((tensor) => wanted.has(tensor));
    if (read < 0) continue;
    const { states, ...alone } = call;
    kept.push(read === 0 ? alone : { ...alone, states: (states as readonly number[]).slice(0, read) });
    for (const input of call.inputs) wanted.add(input);
  }
  return kept.reverse();
}

/** Of the layer that makes the tensor; states have a name behind it. Empty for inputs. */
function nameOf(calls: readonly LayerCall[], tensor: number): string {
  for (const { name, output, states = [] } of calls) {
    if (output === tensor) return name;
    const state = states.indexOf(tensor);
    if (state >= 0) return `${name}/${state === 0 ? 'hidden_state' : 'cell_state'}`;
  }
  return '';
}

/** Throws input errors for damaged descriptions and unsupported errors for models that no list of calls describes. */
export function readTopology(topology: JsonObject): KerasModel {
  const className = topology.class_name ?? topology.className;
  if (typeof className !== 'string' || !isModelClass(className)) {
    throw unsupportedError(
      'model-class',
      `The model is of class ${JSON.stringify(className ?? null)}, and only Sequential and Functional models describe their layers.`,
      'Rebuild the model from Keras layers without subclassing Model.',
    );
  }
  const inputs = inputsOf(className, topology);
  if (inputs === undefined) {
    throw inputError(
      'missing-input-shape',
      `The first layer, "${layersOf(topology)[0].name}", does not tell the shape of the input.`,
      'Give the first layer an input shape, or call the model once before saving it.',
    );
  }
  const expansion: Expansion = { nextTensor: inputs.length, calls: [], uses: new Map() };
  const tensors = expandModel(expansion, className, topology, [], [...inputs.keys()]);
  const outputs = tensors.map((tensor) => ({ name: nameOf(expansion.calls, tensor), tensor }));
  return { inputs, calls: needed(expansion.calls, tensors), outputs };
}
