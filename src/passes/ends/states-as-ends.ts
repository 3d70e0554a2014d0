/**
 * States as inputs and outputs: what a graph would keep from one inference to the next is given to it and given back, and whoever
 * runs it keeps it in between.
 */

import { unsupportedError } from '../../core/errors.ts';
import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, statesOf, type Value, type ValueId } from '../../ir/graph.ts';
import { dropUnreachable, firstFreeId, nodeWith } from '../../ir/rewrite.ts';
import { nextStateName } from '../../ir/state-ends.ts';
import type { Pass } from '../pass.ts';

/** What each state is where the walk over the nodes has come to, and which values are others by another name. */
interface Walk {
  readonly current: Map<ValueId, ValueId>;
  readonly renamed: Map<ValueId, ValueId>;
}

/** Nothing of a node that reads or assigns a state; all others with what they read now. */
function withoutStates({ current, renamed }: Walk, node: Node): readonly Node[] {
  const inputs = node.inputs.map((id) => (id === undefined ? undefined : (renamed.get(id) ?? id)));
  const [state, value] = inputs as readonly ValueId[];
  if (node.kind === 'read_variable') {
    renamed.set(node.outputs[0], current.get(state) as ValueId);
    return [];
  }
  if (node.kind === 'assign_variable') {
    current.set(state, value);
    renamed.set(node.outputs[0], value);
    return [];
  }
  if (statesOf(node).length === 0) return [nodeWith(node, { inputs })];
  throw unsupportedError(
    'state-inside-operator',
    `Operator "${node.name}" (${node.kind.toUpperCase()}) keeps its state to itself.`,
    'Let the file keep its states: leave out what makes them inputs and outputs.',
  );
}

/** An output needs a node of its own that writes it. */
function outputsOf(graph: Graph, nodes: Node[], wanted: readonly Value[], firstId: ValueId): Value[] {
  const taken = new Set<ValueId>(graph.inputs);
  for (const [id, { data }] of graph.values) if (data !== undefined) taken.add(id);
  return wanted.map((value, index) => {
    const { id, name, type } = value;
    if (!taken.has(id)) {
      taken.add(id);
      return value;
    }
    const copy = { id: firstId + index, name, type };
    nodes.push(nodeOf('reshape', name, { newShape: type.shape }, [id], [copy.id]));
    return copy;
  });
}

/**
 * Inputs of the graph come first, then the states in the order of the graph, and so the outputs, each of the type of its state: what
 * comes out is put in at the next inference as it is, and at the first one what a reset makes of a state, zeros.
 * Throws `state-inside-operator` (unsupported) where an operator keeps a state that nothing reads or assigns.
 */
export const statesAsEnds: Pass = {
  name: 'states-as-ends',
  run(graph) {
    const states = [...graph.values.values()].filter(({ state }) => state !== undefined);
    const walk: Walk = { current: new Map(states.map(({ id }) => [id, id])), renamed: new Map() };
    const nodes = graph.nodes.flatMap((node) => withoutStates(walk, node));
    const values = new Map(graph.values);
    for (const { id, name, type } of states) values.set(id, { id, name, type });
    const given: Graph = {
      values,
      nodes,
      inputs: [...graph.inputs, ...states.map(({ id }) => id)],
      outputs: graph.outputs,
    };
    const wanted = [
      ...graph.outputs.map((id) => ({
        ...getValue(given, walk.renamed.get(id) ?? id),
        name: getValue(given, id).name,
      })),
      ...states.map(({ id, name }) => ({
        ...getValue(given, walk.current.get(id) as ValueId),
        name: nextStateName(name),
      })),
    ];
    const outputs = outputsOf(given, nodes, wanted, firstFreeId(graph));
    for (const output of outputs) values.set(output.id, output);
    return dropUnreachable({ ...given, outputs: outputs.map(({ id }) => id) });
  },
};
