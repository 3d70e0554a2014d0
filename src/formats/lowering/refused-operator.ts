/** Operators of foreign models that no operators of TensorFlow Lite Micro make. */

import { unsupportedError } from '../../core/errors.ts';

/** Of one that is known by name: why, and what to do instead. */
export interface RefusedOperator {
  readonly reason: string;
  readonly instead: string;
}

/** `row` where it is known by name; `known` are those that are taken. Ends a sentence that begins with the node. */
export function unsupportedOperator(
  name: string,
  row: RefusedOperator | undefined,
  known: readonly string[],
): Error {
  return unsupportedError(
    'unsupported-operator',
    `tinyml cannot compute ${name} on a microcontroller${row === undefined ? '' : `: ${row.reason}`}.`,
    row?.instead ?? `Use operators among ${known.join(', ')}.`,
  );
}
