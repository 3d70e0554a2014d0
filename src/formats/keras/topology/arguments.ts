/** The arguments of a call, tensors and constants, in the spellings of Keras 2 and Keras 3. */

import { isJsonObject, type JsonValue } from '../../../core/json.ts';
import { asReference, damagedTopology, MAX_REFERENCE_DEPTH, type TensorReference } from './references.ts';

/** An argument of an operation; tensors by their place among those that the call reads. */
export type CallArgument =
  | { readonly kind: 'tensor'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly CallArgument[] }
  | { readonly kind: 'value'; readonly value: JsonValue };

export interface CallArguments {
  readonly positional: readonly CallArgument[];
  readonly keywords: ReadonlyMap<string, CallArgument>;
}

/** How Keras 2 writes a first argument that is no tensor. */
const CONSTANT = '_CONSTANT_VALUE';

/** Collects the tensors that an operation reads while its arguments are walked through. */
export class ArgumentReader {
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
