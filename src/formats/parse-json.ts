/** JSON from a model file: parsed, and refused where its nesting would make recursive readers deep. */

import type { JsonValue } from '../core/json.ts';

const MAX_DEPTH = 64;

/** `damaged` makes the error of the format that is being read. */
export function parseJson(text: string, damaged: (detail: string, cause?: unknown) => Error): JsonValue {
  let root: JsonValue;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw damaged('it is not JSON', error);
  }
  let level: readonly unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw damaged(`it is nested more than ${MAX_DEPTH} levels deep`);
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return root;
}
