/** Which tensors a layer reads, in the spellings of Keras 2, Keras 3 and TensorFlow.js. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

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

function checkKeywords(keywords: JsonValue | undefined, reader: string): void {
  if (!isJsonObject(keywords)) return;
  if (keywords.training === true || keywords.training === 1) {
    throw unsupportedError(
      'training-call',
      `${reader} is called with training=True, so it would not compute the same twice.`,
      'Call it without "training".',
    );
  }
  const tensor = Object.entries(keywords).find(([, value]) => mentionsTensor(value));
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
export function referencesIn(value: JsonValue | undefined, reader: string, depth = 0): TensorReference[] {
  if (depth > MAX_REFERENCE_DEPTH) throw damagedTopology(`a call of ${reader} is nested too deeply`);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const reference = asReference(value);
    if (reference === undefined) return value.flatMap((item) => referencesIn(item, reader, depth + 1));
    checkKeywords(value[3], reader);
    return [reference];
  }
  if (isJsonObject(value) && value.class_name === '__keras_tensor__' && isJsonObject(value.config)) {
    return referencesIn(value.config.keras_history, reader, depth + 1);
  }
  throw constantCall(reader, `the argument ${JSON.stringify(value).slice(0, 60)}`);
}

/** One call of `inbound_nodes`: a list of references, or in Keras 3 `{ args, kwargs }`. */
function callReferences(call: JsonValue, reader: string): TensorReference[] {
  if (!isJsonObject(call)) return referencesIn(call, reader);
  checkKeywords(call.kwargs, reader);
  return referencesIn(call.args, reader);
}

/** What each call of a layer reads, in the order of its calls. */
export function callsOf(layer: JsonObject, reader: string): TensorReference[][] {
  const calls = layer.inbound_nodes ?? layer.inboundNodes;
  if (!Array.isArray(calls)) throw damagedTopology(`${reader} has no list of calls`);
  return calls.map((call) => {
    const references = callReferences(call, reader);
    if (references.length === 0) throw damagedTopology(`${reader} reads nothing`);
    return references;
  });
}

/** `input_layers`, `output_layers`: one reference, a list of them, or in Keras 3 an object of them by name. */
export function endsOf(config: JsonObject, snakeCase: string, camelCase: string): TensorReference[] {
  const value = config[snakeCase] ?? config[camelCase];
  return referencesIn(isJsonObject(value) ? Object.values(value) : value, 'The model');
}
