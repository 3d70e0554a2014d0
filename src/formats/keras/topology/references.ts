/** Output of layers as descriptions name them. */

import { inputError } from '../../../core/errors.ts';
import type { JsonValue } from '../../../core/json.ts';

/** Output `tensor` of the `node`th call of a layer. */
export interface TensorReference {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

export const MAX_REFERENCE_DEPTH = 16;

export function damagedTopology(detail: string): Error {
  return inputError('bad-topology', `The model's description is damaged: ${detail}.`);
}

export function asReference(value: readonly JsonValue[]): TensorReference | undefined {
  const [layer, node, tensor] = value;
  return typeof layer === 'string' && Number.isSafeInteger(node) && Number.isSafeInteger(tensor)
    ? { layer, node: node as number, tensor: tensor as number }
    : undefined;
}
