/**
 * Nodes that compute the same thing become one. A layer that is needed raw and activated is computed once: raw,
 * with the activation as an operator behind it.
 */

import { ContentNumbers } from '../core/bytes.ts';
import { canonicalJson } from '../core/json.ts';
import { bytesOf } from '../core/tensor.ts';
import { nodeOf } from '../ir/builder.ts';
import { type Node, statesOf, type ValueId } from '../ir/graph.ts';
import { Rewrite } from '../ir/rewrite.ts';
import type { FusedActivation } from '../ops/fused-activation.ts';
import { OP_KINDS, type OpKind, opOf } from '../ops/index.ts';
import { activationOf } from './activation-of.ts';
import { isLinear } from './linear.ts';
import type { Pass } from './pass.ts';

/** What names a computation: constants by their content, other operands by their id. */
class Keys {
  readonly #constants = new Map<ValueId, string>();
  readonly #contents = new ContentNumbers();

  #operand(rewrite: Rewrite, id: ValueId | undefined): string {
    if (id === undefined) return '-';
    const { data, type } = rewrite.value(id);
    if (data === undefined) return `${id}`;
    const known = this.#constants.get(id) ?? `${JSON.stringify(type)} ${this.#contents.of(bytesOf(data))}`;
    this.#constants.set(id, known);
    return known;
  }

  of(rewrite: Rewrite, node: Node, attributes: object = node.attributes): string {
    const types = node.outputs.map((id) => rewrite.type(id));
    const operands = node.inputs.map((id) => this.#operand(rewrite, id));
    return JSON.stringify([node.kind, canonicalJson(attributes), types, operands]);
  }
}

/** One walk in execution order; true where an output changed its name, which makes keys of before stale. */
function mergeEqual(rewrite: Rewrite, keys: Keys): boolean {
  const seen = new Map<string, ValueId>();
  for (const node of [...rewrite.nodes]) {
    const [output] = node.outputs;
    // The nodes behind a merged one have been exchanged for new ones.
    const current = rewrite.producer(output);
    // What has to do with a state gives something else each time.
    if (current === undefined || node.outputs.length !== 1 || statesOf(node).length > 0) continue;
    const key = keys.of(rewrite, current);
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, output);
    else if (rewrite.bypass(current, earlier) && rewrite.isOutput(output)) return true;
  }
  return false;
}

/** The operator that does what a fused activation does. */
function standalone(activation: FusedActivation | undefined): OpKind | undefined {
  return activation && OP_KINDS.find((kind) => opOf(kind).traits.asFused === activation);
}

function shareRaw(rewrite: Rewrite, keys: Keys): void {
  const raw = new Map<string, Node>();
  const linear = rewrite.nodes.filter(
    (node) => isLinear(node) && rewrite.type(node.outputs[0]).dtype === 'float32',
  );
  const keyOf = (node: Node): string => keys.of(rewrite, node, { ...node.attributes, activation: 'none' });
  for (const node of linear) if (activationOf(node) === 'none') raw.set(keyOf(node), node);
  const moved = new Set<Node>();
  for (const node of linear) {
    const kind = standalone(activationOf(node));
    const shared = kind === undefined ? undefined : raw.get(keyOf(node));
    if (kind === undefined || shared === undefined) continue;
    const activated = nodeOf(kind, node.name, {}, [shared.outputs[0]], node.outputs);
    if (moved.has(shared) || rewrite.nodes.indexOf(shared) < rewrite.nodes.indexOf(node)) {
      rewrite.replace(node, activated);
    } else {
      rewrite.replace(shared);
      rewrite.replace(node, shared, activated);
      moved.add(shared);
    }
  }
}

export const shareDuplicates: Pass = {
  name: 'share-duplicates',
  run(graph) {
    const rewrite = new Rewrite(graph);
    const keys = new Keys();
    while (mergeEqual(rewrite, keys));
    shareRaw(rewrite, keys);
    return rewrite.graph();
  },
};
