/** Which key of the checkpoint each variable is restored from, as the graph itself says it. */

import type { FunctionProto, GraphProto, NodeProto } from '../messages.ts';
import { isControl, nodeOf, referenceOf } from '../references.ts';

const MAX_DEPTH = 8;

/** Keys of the checkpoint by the nodes of variables, as the graph restores them: assignments of what RestoreV2 reads. */
export function restoredKeys(graph: GraphProto): ReadonlyMap<string, string> {
  const functions = new Map((graph.library?.functions ?? []).map((one) => [one.signature?.name ?? '', one]));
  const keys = new Map<string, string>();
  collect(graph.nodes, (name) => name, functions, keys, 0);
  return keys;
}

/** `variableOf` gives the node of the graph that a name stands for here: itself, or what a function was given for it. */
function collect(
  nodes: readonly NodeProto[],
  variableOf: (name: string) => string | undefined,
  functions: ReadonlyMap<string, FunctionProto>,
  keys: Map<string, string>,
  depth: number,
): void {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const node of nodes) {
    const inputs = node.inputs.filter((text) => !isControl(text));
    if (/^Assign(VariableOp)?$/.test(node.operator) && inputs.length === 2) {
      const [variable, key] = [variableOf(nodeOf(inputs[0])), restoredKey(byName, inputs[1])];
      if (variable !== undefined && key !== undefined) keys.set(variable, key);
    }
    const callee = node.attributes.find(({ key }) => key === 'f')?.value?.function?.name;
    const called = callee === undefined ? undefined : functions.get(callee);
    // Other functions compute, and are many: only those are entered that could restore.
    if (called?.signature === undefined || depth === MAX_DEPTH || !restores(called)) continue;
    const names = called.signature.inputs.map(({ name }) => name);
    const given = new Map(names.map((name, index) => [name, variableOf(nodeOf(inputs[index] ?? ''))]));
    collect(called.nodes, (name) => given.get(name), functions, keys, depth + 1);
  }
}

function restores({ nodes }: FunctionProto): boolean {
  return nodes.some(({ operator }) => operator === 'RestoreV2');
}

/** The key of an output of RestoreV2, through nodes that hand it on. */
function restoredKey(nodes: ReadonlyMap<string, NodeProto>, text: string): string | undefined {
  let { node: name, output } = referenceOf(text, () => undefined);
  for (let steps = 0; steps < MAX_DEPTH; steps++) {
    const node = nodes.get(name);
    if (node?.operator === 'RestoreV2') {
      const names = nodes.get(nodeOf(node.inputs[1] ?? ''));
      const value = names?.attributes.find(({ key }) => key === 'value')?.value?.tensor;
      const key = value?.stringValues[output];
      return key && new TextDecoder().decode(key);
    }
    if (node?.operator !== 'Identity') return undefined;
    ({ node: name, output } = referenceOf(node.inputs[0] ?? '', () => undefined));
  }
  return undefined;
}
