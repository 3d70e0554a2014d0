/**
 * Resource variables that begin with the real number 0 begin with it by an assignment. For Chirale's library, which gives them bytes
 * of 0 at first where others give them their zero point.
 */

import { allocate, elementCount } from '../../core/tensor.ts';
import { type Graph, resetByte, statesOf, type ValueId } from '../../ir/graph.ts';
import type { Pass } from '../pass.ts';

/** Variable tensors of other operators are no resources, and begin with their zero point everywhere. */
function resources({ nodes }: Graph): ReadonlySet<ValueId> {
  const isOfResources = (kind: string): boolean => kind === 'read_variable' || kind === 'assign_variable';
  const found = new Set(nodes.filter(({ kind }) => isOfResources(kind)).flatMap(statesOf));
  for (const node of nodes) if (!isOfResources(node.kind)) for (const id of statesOf(node)) found.delete(id);
  return found;
}

function begin(graph: Graph): Graph {
  const values = new Map(graph.values);
  for (const id of resources(graph)) {
    const value = values.get(id);
    if (value?.state === undefined || value.state.initial !== undefined || resetByte(value.type) === 0)
      continue;
    const initial = allocate('int8', elementCount(value.type.shape)).fill(resetByte(value.type));
    values.set(id, { ...value, state: { initial } });
  }
  return { ...graph, values };
}

export const beginVariables: Pass = { name: 'begin-variables', run: begin };
