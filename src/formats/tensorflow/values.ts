/** What the edges of a TensorFlow graph carry: tensors, and what stands for tensors until operators make them of it. */

import type { Operand } from '../lowering/graph-writer.ts';

/** A resource or a reference: reading it gives the variable's value. */
export interface Variable {
  readonly kind: 'variable';
  /** Of the node that makes it. */
  readonly name: string;
}

/** What loops gather their steps in. Elements that nothing was put into yet are undefined. */
export interface TensorList {
  readonly kind: 'list';
  readonly items: readonly (Operand | undefined)[];
  /** All items in one tensor, on its first axis, where that is what they were made of. */
  readonly stacked?: Operand;
}

/** Of a branch that is not taken. */
export interface Dead {
  readonly kind: 'dead';
}

export const DEAD: Dead = { kind: 'dead' };

export type Value = Operand | Variable | TensorList | Dead;

export function isOperand(value: Value | undefined): value is Operand {
  return value !== undefined && 'type' in value;
}

export function isKind<Kind extends 'variable' | 'list' | 'dead'>(
  value: Value | undefined,
  kind: Kind,
): value is Extract<Value, { kind: Kind }> {
  return value !== undefined && 'kind' in value && value.kind === kind;
}
