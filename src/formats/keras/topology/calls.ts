/** Which tensors a layer reads, in the spellings of Keras 2, Keras 3 and TensorFlow.js. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';

/** Output `tensor` of the `node`th call of a layer. */
export interface TensorReference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

const MAX_REFERENCE_DEPTH = 16;

export function damagedTopology(detail: string): Error {
  return inputError('bad-topology', `The model's description is damaged: ${detail}.`);
}

function asReference(value: readonly JsonValue[]): TensorReference | undefined {
  const [layer, node, tensor] = value;
  return typeof layer === 'string' && Number.isSafeInteger(node) && Number.isSafeInteger(tensor)
    ? { layer, node: node as number, tensor: tensor as number }
    : undefined;
}

/** The keyword with which layers are told which steps count. */
const MASK = 'mask';

/** The keyword with which recurrent layers of Keras 3 get what they begin with. */
const STATES = 'initial_state';

function checkKeywords(keywords: JsonValue | undefined, reader: string, known = ''): void {
  if (!isJsonObject(keywords)) return;
  if (keywords.training === true || keywords.training === 1) {
    throw unsupportedError(
      'training-call',
      `${reader} is called with training=True, so it would not compute the same twice.`,
      'Call it without "training".',
    );
  }
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

/** An argument of an operation; tensors by their place among those that the call reads. */
export type CallArgument =
  | { readonly kind: 'tensor'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly CallArgument[] }
  | { readonly kind: 'value'; readonly value: JsonValue };

export interface CallArguments {
  readonly positional: readonly CallArgument[];
  readonly keywords: ReadonlyMap<string, CallArgument>;
}

export interface LayerReads {
  readonly references: readonly TensorReference[];
  /** Says which steps of the sequence count; null where all of them do, in the words of the file. */
  readonly mask?: TensorReference | null;
  /** Of operations, where constants stand among the tensors. */
  readonly arguments?: CallArguments;
}

/** How Keras 2 writes a first argument that is no tensor. */
const CONSTANT = '_CONSTANT_VALUE';

/** Collects the tensors that an operation reads while its arguments are walked through. */
class ArgumentReader {
  readonly references: TensorReference[] = [];
  readonly #reader: string;

  constructor(reader: string) {
    this.#reader = reader;
  }

  #tensor(reference: TensorReference): CallArgument {
    this.references.push(reference);
    return { kind: 'tensor', index: this.references.length - 1 };
  }

  argument(value: JsonValue, depth = 0): CallArgument {
    if (depth > MAX_REFERENCE_DEPTH) throw damagedTopology(`a call of ${this.#reader} is nested too deeply`);
    if (isJsonObject(value) && value.class_name === '__keras_tensor__' && isJsonObject(value.config)) {
      return this.argument(value.config.keras_history, depth + 1);
    }
    if (!Array.isArray(value)) return { kind: 'value', value };
    const reference = asReference(value);
    if (reference !== undefined) return this.#tensor(reference);
    const items = value.map((item: JsonValue) => this.argument(item, depth + 1));
    return items.every(({ kind }) => kind === 'value') ? { kind: 'value', value } : { kind: 'list', items };
  }

  keywords(value: JsonValue | undefined): ReadonlyMap<string, CallArgument> {
    if (!isJsonObject(value)) return new Map();
    return new Map(Object.entries(value).map(([name, item]) => [name, this.argument(item)]));
  }

  /** `[layer, node, tensor, keywords]`, a list of these, or a constant in their place. */
  keras2(call: readonly JsonValue[]): CallArguments {
    if (call[0] === CONSTANT) {
      return { positional: [this.argument(call[2] ?? null)], keywords: this.keywords(call[3]) };
    }
    const first = asReference(call) === undefined ? call[0] : call;
    const keywords = Array.isArray(first) ? first[3] : undefined;
    return { positional: [this.argument(call)], keywords: this.keywords(keywords) };
  }

  read(call: JsonValue): CallArguments {
    if (Array.isArray(call)) return this.keras2(call);
    if (!isJsonObject(call) || !Array.isArray(call.args)) {
      throw damagedTopology(`a call of ${this.#reader} has no arguments`);
    }
    const positional = call.args.map((item: JsonValue) => this.argument(item));
    return { positional, keywords: this.keywords(call.kwargs) };
  }
}

function layerReads(call: JsonValue, reader: string): LayerReads {
  const references = callReferences(call, reader);
  const keywords = isJsonObject(call) ? call.kwargs : undefined;
  const given = isJsonObject(keywords) ? keywords[MASK] : undefined;
  if (given === null) return { references, mask: null };
  const [mask] = isJsonObject(given) ? referencesIn(given, reader) : [];
  return mask === undefined ? { references } : { references, mask };
}

function operationReads(call: JsonValue, reader: string): LayerReads {
  const collected = new ArgumentReader(reader);
  const read = collected.read(call);
  return { references: collected.references, arguments: read };
}

/** What each call of a layer, or of an operation, reads, in the order of its calls. */
export function callsOf(layer: JsonObject, reader: string, isOperation: boolean): LayerReads[] {
  const calls = layer.inbound_nodes ?? layer.inboundNodes;
  if (!Array.isArray(calls)) throw damagedTopology(`${reader} has no list of calls`);
  return calls.map((call: JsonValue) => {
    const reads = isOperation ? operationReads(call, reader) : layerReads(call, reader);
    if (reads.references.length === 0) throw damagedTopology(`${reader} reads nothing`);
    return reads;
  });
}

/** `input_layers`, `output_layers`: one reference, a list of them, or in Keras 3 an object of them by name. */
export function endsOf(config: JsonObject, snakeCase: string, camelCase: string): TensorReference[] {
  const value = config[snakeCase] ?? config[camelCase];
  return referencesIn(isJsonObject(value) ? Object.values(value) : value, 'The model');
}
