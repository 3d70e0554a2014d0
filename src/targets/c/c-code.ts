/** The pieces that generated C consists of. */

import type { DType } from '../../core/tensor.ts';

/** Standard headers that a piece may ask for. */
export type CHeader = 'math.h';

/**
 * A definition at file scope: a function with its comment, a struct, an inline helper. Written once, wherever it is needed,
 * behind what it `needs`; its text is C99 and C++11 at once, and ends with a line end.
 */
export interface CDefinition {
  /** What it defines; no two definitions have the same. */
  readonly name: string;
  readonly text: string;
  /** Of the tables in its text. */
  readonly constantBytes?: number;
  readonly needs?: readonly CDefinition[];
  readonly headers?: readonly CHeader[];
  /** A function that is NEVER_INLINE, but where layers have copies of it in functions of their own. */
  readonly isCopied?: true;
}

/** Element types of constants and tensors. */
export type CType =
  | 'int8_t'
  | 'uint8_t'
  | 'int16_t'
  | 'uint16_t'
  | 'int32_t'
  | 'uint32_t'
  | 'int64_t'
  | 'float';

/** What the elements of a tensor are in C; of int4, which C has not, each in a byte of its own: constant weights are packed. */
export const C_TYPES: Readonly<Record<DType, CType>> = {
  float32: 'float',
  int8: 'int8_t',
  int4: 'int8_t',
  uint8: 'uint8_t',
  int16: 'int16_t',
  int32: 'int32_t',
  int64: 'int64_t',
  bool: 'uint8_t',
};

/** Definitions that differ in a few words; each is made once, as `inOrder` wants them. */
export function definitionsBy<Words extends readonly string[]>(
  make: (...words: Words) => CDefinition,
): (...words: Words) => CDefinition {
  const made = new Map<string, CDefinition>();
  return (...words) => {
    const key = words.join();
    const definition = made.get(key) ?? make(...words);
    made.set(key, definition);
    return definition;
  };
}

/** The definitions that some need, each once and behind what it needs itself. */
export function inOrder(definitions: Iterable<CDefinition>): readonly CDefinition[] {
  const ordered = new Map<string, CDefinition>();
  const add = (definition: CDefinition): void => {
    const known = ordered.get(definition.name);
    if (known === definition) return;
    if (known !== undefined) throw new Error(`two definitions are called ${definition.name}`);
    for (const needed of definition.needs ?? []) add(needed);
    ordered.set(definition.name, definition);
  };
  for (const definition of definitions) add(definition);
  return [...ordered.values()];
}
