/** The nodes of a graph or function by their names, and what they are called. */

import { inputError } from '../../core/errors.ts';
import type { NodeProto } from './messages.ts';

export type Nodes = ReadonlyMap<string, NodeProto>;

/** Throws an input error where two have the same name. */
export function nodesByName(nodes: readonly NodeProto[]): Nodes {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  if (byName.size === nodes.length) return byName;
  throw inputError('tensorflow-graph', 'Two nodes of the graph have the same name.');
}

/** A name with the prefix of reference variables means the same without it. */
export function plainOperator(operator: string): string {
  return /^Ref(Enter|Exit|Identity|Merge|NextIteration|Switch)$/.test(operator)
    ? operator.slice(3)
    : operator;
}

/** As errors name it. */
export function titleOf({ name, operator }: NodeProto): string {
  return `Node "${name}" (${operator})`;
}
