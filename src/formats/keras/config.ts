/** Reads Keras configurations in the spellings of Keras 2, Keras 3 and TensorFlow.js. */

import { inputError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** What a chip's integers hold, and every size and stride of a `.tflite` file. */
const MAX_INTEGER = 2 ** 31 - 1;

const WHOLE = 'a whole number below 2^31';
const WHOLE_LIST = 'a list of whole numbers below 2^31';

/** Python writes 3 and 3.0, which are the same number here. */
function isInteger(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= MAX_INTEGER;
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A configuration whose members are asked for by their snake_case names; `null` counts as absent. */
export class LayerConfig {
  readonly #members: ReadonlyMap<string, JsonValue>;

  constructor(config: JsonObject) {
    this.#members = new Map(Object.entries(config).map(([key, value]) => [snakeCase(key), value]));
  }

  /** The same but for one member. */
  with(key: string, value: JsonValue): LayerConfig {
    return new LayerConfig({ ...Object.fromEntries(this.#members), [key]: value });
  }

  value(key: string): JsonValue | undefined {
    return this.#members.get(key) ?? undefined;
  }

  /** Whether the member is there and holds nothing, which can mean something else than its absence. */
  isNull(key: string): boolean {
    return this.#members.get(key) === null;
  }

  #wrong(key: string, expected: string): Error {
    return inputError(
      'layer-config',
      `"${key}" is ${JSON.stringify(this.value(key) ?? null)} instead of ${expected}.`,
    );
  }

  integer(key: string): number {
    const value = this.value(key);
    if (!isInteger(value)) throw this.#wrong(key, WHOLE);
    return value;
  }

  number(key: string, otherwise: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'number') throw this.#wrong(key, 'a number');
    return value;
  }

  /** 0 and 1 are what Keras writes where its user gave these. */
  boolean(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (value === 0 || value === 1) return value === 1;
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false');
    return value;
  }

  string(key: string, otherwise: string): string {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'string') throw this.#wrong(key, 'a text');
    return value;
  }

  integers(key: string): readonly number[] {
    const value = this.value(key);
    if (!Array.isArray(value) || !value.every(isInteger)) throw this.#wrong(key, WHOLE_LIST);
    return value;
  }

  /** A shape in which one size may be left open: -1, or `null` in TensorFlow.js. */
  openShape(key: string): readonly number[] {
    const value = this.value(key);
    const sizes = Array.isArray(value) ? value.map((size) => size ?? -1) : [undefined];
    if (!sizes.every(isInteger)) throw this.#wrong(key, WHOLE_LIST);
    return sizes;
  }

  /** One entry per spatial axis from a list of that length, or the same number for each. */
  perAxis(key: string, axes: number, otherwise?: number): readonly number[] {
    const value = this.value(key) ?? otherwise;
    const list = Array.isArray(value) ? value : new Array<JsonValue | undefined>(axes).fill(value);
    const sizes = list.filter(isInteger).filter((item) => item > 0);
    if (list.length !== axes || sizes.length !== axes) {
      throw this.#wrong(key, `${axes} whole numbers above 0 and below 2^31`);
    }
    return sizes;
  }

  /** Every number in a number, a list of any depth, or an array that Keras 3 wrapped; undefined where it is absent. */
  numbers(key: string): readonly number[] | undefined {
    const value = this.value(key);
    return value === undefined ? undefined : this.#flatNumbers(key, value);
  }

  #flatNumbers(key: string, value: JsonValue): readonly number[] {
    if (typeof value === 'number') return [value];
    if (Array.isArray(value)) return value.flatMap((item) => this.#flatNumbers(key, item));
    const wrapped = isJsonObject(value) && isJsonObject(value.config) ? value.config.value : undefined;
    if (wrapped === undefined) throw this.#wrong(key, 'numbers');
    return this.#flatNumbers(key, wrapped);
  }
}
