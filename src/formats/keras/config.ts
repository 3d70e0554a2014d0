/** Reads Keras configurations in the spellings of Keras 2, Keras 3 and TensorFlow.js. */

import { inputError } from '../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A configuration whose members are asked for by their snake_case names; `null` counts as absent. */
export class LayerConfig {
  readonly #members: ReadonlyMap<string, JsonValue>;

  constructor(config: JsonObject) {
    this.#members = new Map(Object.entries(config).map(([key, value]) => [snakeCase(key), value]));
  }

  value(key: string): JsonValue | undefined {
    return this.#members.get(key) ?? undefined;
  }

  #wrong(key: string, expected: string): Error {
    return inputError(
      'layer-config',
      `"${key}" is ${JSON.stringify(this.value(key) ?? null)} instead of ${expected}.`,
    );
  }

  integer(key: string): number {
    const value = this.value(key);
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#wrong(key, 'a whole number');
    return value;
  }

  number(key: string, otherwise: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'number') throw this.#wrong(key, 'a number');
    return value;
  }

  boolean(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
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
    if (!Array.isArray(value) || !value.every((item) => Number.isSafeInteger(item))) {
      throw this.#wrong(key, 'a list of whole numbers');
    }
    return value;
  }

  /**
   * The name of an activation in lower case without underscores, `linear` where there is none. Keras 3 may wrap it
   * as `{ class_name: 'function', config: 'relu' }`.
   */
  activation(): string {
    const value = this.value('activation') ?? 'linear';
    const name = isJsonObject(value)
      ? value.class_name === 'function'
        ? value.config
        : value.class_name
      : value;
    if (typeof name !== 'string') throw this.#wrong('activation', 'the name of a function');
    return name.toLowerCase().replaceAll('_', '');
  }
}
