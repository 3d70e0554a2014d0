/** Which tensors a layer reads, in the spellings of Keras 2, Keras 3 and TensorFlow.js. */

import { unsupportedError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { ArgumentReader, type CallArgument, type CallArguments } from './arguments.ts';
import { asReference, damagedTopology, MAX_REFERENCE_DEPTH, type TensorReference } from './references.ts';

/** The keyword with which layers are told which steps count. */
const MASK = 'mask';

/** The keyword with which recurrent layers of Keras 3 get what they begin with. */
const STATES = 'initial_state';

function refuseTraining(training: JsonValue | undefined, reader: string): void {
  if (training !== true && training !== 1) return;
  throw unsupportedError(
    'training-call',
    `${reader} is called with training=True, so it would not compute the same twice.`,
    'Call it without "training".',
  );
}

function checkKeywords(keywords: JsonValue | undefined, reader: string, known = ''): void {
  if (!isJsonObject(keywords)) return;
  refuseTraining(keywords.training, reader);
  const tensor = Object.entries(keywords).find(
    ([name, value]) => name !== MASK && name !== known && mentionsTensor(value),
  );
  if (tensor !== undefined) throw constantCall(reader, `a tensor as "${tensor[0]}"`);
}

function mentionsTensor(value: JsonValue, depth = 0): boolean {
  if (depth > MAX_REFERENCE_DEPTH || typeof value !== 'object' || value === null) return false;
  if (isJsonObject(value) && value.class_name === '__keras_tensor__') return true;
  return Object.values(value).some((item: JsonValue) => mentionsTensor(item, depth + 1));
}

function constantCall(reader: string, what: string): Error {
  return unsupportedError(
    'call-arguments',
    `${reader} is called with ${what}, which tinyml cannot convert.`,
    'Use layers on tensors only: Rescaling multiplies and adds constants.',
  );
}

/** Every reference inside the arguments of a call, in order; anything else but `null` is refused. */
function referencesIn(value: JsonValue | undefined, reader: string, depth = 0): TensorReference[] {
  if (depth > MAX_REFERENCE_DEPTH) throw damagedTopology(`a call of ${reader} is nested too deeply`);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const reference = asReference(value);
    if (reference === undefined) return value.flatMap((item) => referencesIn(item, reader, depth + 1));
    const [, , , keywords] = value;
    checkKeywords(keywords, reader);
    if (isJsonObject(keywords)) withoutZeroStates(keywords[STATES], reader);
    return [reference];
  }
  if (isJsonObject(value) && value.class_name === '__keras_tensor__' && isJsonObject(value.config)) {
    return referencesIn(value.config.keras_history, reader, depth + 1);
  }
  throw constantCall(reader, `the argument ${JSON.stringify(value).slice(0, 60)}`);
}

/** The numbers of constants in the place of tensors, as Keras 2 (lists) and Keras 3 (`__tensor__`) write them; undefined for tensors. */
function constantNumbers(value: JsonValue, depth = 0): readonly number[] | undefined {
  if (depth > MAX_REFERENCE_DEPTH) return undefined;
  if (typeof value === 'number') return [value];
  if (isJsonObject(value)) {
    const { class_name: className, config } = value;
    if (className !== '__tensor__' && className !== '__numpy__') return undefined;
    return isJsonObject(config) ? constantNumbers(config.value ?? null, depth + 1) : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const all: number[] = [];
  for (const item of value) {
    const numbers = constantNumbers(item, depth + 1);
    if (numbers === undefined) return undefined;
    for (const number of numbers) all.push(number);
  }
  return all;
}

/** States of zeros are those that a layer begins with anyway; others have no tensor to come from. */
function withoutZeroStates(states: JsonValue | undefined, reader: string): JsonValue | undefined {
  const numbers = states === undefined || states === null ? [] : constantNumbers(states);
  if (numbers === undefined) return states;
  if (numbers.every((number) => number === 0)) return undefined;
  throw unsupportedError(
    'constant-states',
    `${reader} begins with constant states, and chips begin with zeros or with what they are given.`,
    'Call it without "initial_state", or with inputs of the model, and give these the numbers.',
  );
}

/** One call of `inbound_nodes`: a list of references, or in Keras 3 `{ args, kwargs }`. */
function callReferences(call: JsonValue, reader: string): TensorReference[] {
  if (!isJsonObject(call)) return referencesIn(call, reader);
  checkKeywords(call.kwargs, reader, STATES);
  const states = isJsonObject(call.kwargs) ? call.kwargs[STATES] : undefined;
  return [...referencesIn(call.args, reader), ...referencesIn(withoutZeroStates(states, reader), reader)];
}

export interface LayerReads {
  readonly references: readonly TensorReference[];
  /** Says which steps of the sequence count; null where all of them do, in the words of the file. */
  readonly mask?: TensorReference | null;
  /** Of operations, where constants stand among the tensors, and of layers that are called with more than their inputs. */
  readonly arguments?: CallArguments;
}

function layerReads(call: JsonValue, reader: string): LayerReads {
  const references = callReferences(call, reader);
  const keywords = isJsonObject(call) ? call.kwargs : undefined;
  const given = isJsonObject(keywords) ? keywords[MASK] : undefined;
  if (given === null) return { references, mask: null };
  const [mask] = isJsonObject(given) ? referencesIn(given, reader) : [];
  return mask === undefined ? { references } : { references, mask };
}

function argumentReads(call: JsonValue, reader: string): LayerReads {
  const collected = new ArgumentReader(reader);
  const read = collected.read(call);
  return { references: collected.references, arguments: read };
}

function constantOf(argument: CallArgument | undefined): JsonValue | undefined {
  return argument?.kind === 'value' ? argument.value : undefined;
}

/** Masks that are computed. */
function refuseMasks(keywords: CallArguments['keywords'], reader: string): void {
  const told = [...keywords].find(([name, { kind }]) => name.endsWith(MASK) && kind !== 'value');
  if (told === undefined) return;
  throw unsupportedError(
    'unsupported-mask',
    `${reader} is told by "${told[0]}", which is computed, what it looks at.`,
    'Leave the mask out, and let all steps count, or those up to its own (use_causal_mask=True).',
  );
}

/** A layer that is called with several tensors, or with settings. */
function calledReads(call: JsonValue, reader: string): LayerReads {
  const reads = argumentReads(call, reader);
  const keywords = reads.arguments?.keywords ?? new Map<string, CallArgument>();
  refuseTraining(constantOf(keywords.get('training')), reader);
  refuseMasks(keywords, reader);
  return reads;
}

/** What the arguments of a call mean: inputs and what Keras hands on, all that its function takes, or both. */
export type CallKind = 'inputs' | 'operation' | 'arguments';

const READS = {
  inputs: layerReads,
  operation: argumentReads,
  arguments: calledReads,
} satisfies Record<CallKind, (call: JsonValue, reader: string) => LayerReads>;

/** What each call of a layer, or of an operation, reads, in the order of its calls. */
export function callsOf(layer: JsonObject, reader: string, kind: CallKind): LayerReads[] {
  const calls = layer.inbound_nodes ?? layer.inboundNodes;
  if (!Array.isArray(calls)) throw damagedTopology(`${reader} has no list of calls`);
  return calls.map((call: JsonValue) => {
    const reads = READS[kind](call, reader);
    if (reads.references.length === 0) throw damagedTopology(`${reader} reads nothing`);
    return reads;
  });
}

/** `input_layers`, `output_layers`: one reference, a list of them, or in Keras 3 an object of them by name. */
export function endsOf(config: JsonObject, snakeCase: string, camelCase: string): TensorReference[] {
  const value = config[snakeCase] ?? config[camelCase];
  return referencesIn(isJsonObject(value) ? Object.values(value) : value, 'The model');
}
