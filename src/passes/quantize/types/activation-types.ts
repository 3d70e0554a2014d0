/** In which type every activation of a quantized graph is: what is asked for, as far as TFLM has the operators. */

import { unsupportedError } from '../../../core/errors.ts';
import type { QuantizedDType } from '../../../core/tensor.ts';
import { findLayer } from '../../../ir/find-layer.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import { opOf } from '../../../ops/index.ts';
import { maskedScores } from './masked-scores.ts';
import { realRegions } from './real-regions.ts';

/** All activations in one type, or in int8 but for the operators of these layers, which compute in int16. */
export type TypeChoice = QuantizedDType | { readonly int16Layers: readonly string[] };

/** The type of an activation, by its id; what an operator computes in is the type of what it makes. */
export type ActivationTypes = (id: ValueId) => QuantizedDType;

/** Types, and the operators that stay in float32 between them. */
export interface TypePlan {
  readonly types: ActivationTypes;
  readonly real: ReadonlySet<Node>;
}

/** SELECT_V2 has its kernel by the type of its condition. */
function takesInt16({ kind }: Node): boolean {
  return opOf(kind).kernels.int16 !== undefined || kind === 'select_v2';
}

function hasRealForm({ kind }: Node): boolean {
  return opOf(kind).quantRule.rule === 'real';
}

function requireInt16(node: Node, real: ReadonlySet<Node>): void {
  if (!real.has(node) && takesInt16(node)) return;
  const why = real.has(node)
    ? 'it stays in float32, which is finer'
    : 'TensorFlow Lite Micro has no such operator';
  throw unsupportedError(
    'no-int16',
    `${node.kind.toUpperCase()} "${node.name}" does not compute in int16: ${why}`,
    'Leave it out of --int16.',
  );
}

/** The nodes of the layers of that name. Throws `unknown-layer` (usage), and `no-int16` for operators that TFLM has not. */
function nodesOf(graph: Graph, layers: readonly string[], real: ReadonlySet<Node>): readonly Node[] {
  return layers.flatMap((layer) => {
    const nodes = findLayer(graph.nodes, layer, 'to compute in int16');
    for (const node of nodes) requireInt16(node, real);
    return nodes;
  });
}

/** Chosen nodes, what only hands elements on from one to another, and inputs that they alone read. */
function typesAround(graph: Graph, chosen: ReadonlySet<Node>): ActivationTypes {
  const readers = new Map<ValueId, Node[]>();
  for (const node of graph.nodes) {
    for (const id of node.inputs) if (id !== undefined) readers.set(id, [...(readers.get(id) ?? []), node]);
  }
  const wide = new Set<Node>(chosen);
  const onlyReadWide = (id: ValueId): boolean => {
    const own = readers.get(id) ?? [];
    return own.length > 0 && own.every((node) => wide.has(node));
  };
  const handsOn = (node: Node): boolean =>
    opOf(node.kind).quantRule.rule === 'same-as-input' &&
    takesInt16(node) &&
    node.outputs.every(onlyReadWide);
  for (const node of [...graph.nodes].reverse()) if (handsOn(node)) wide.add(node);
  const ids = new Set<ValueId>(graph.inputs.filter(onlyReadWide));
  // What hands on elements of int8 does so in int8.
  for (const node of graph.nodes) {
    if (chosen.has(node) || (wide.has(node) && ids.has(node.inputs[0] as ValueId))) {
      for (const id of node.outputs) ids.add(id);
    }
  }
  return (id) => (ids.has(id) ? 'int16' : 'int8');
}

/** An operator on real numbers that has integers, but not of int16; what the quantizer refuses anyway is none. */
function staysAlone(graph: Graph, node: Node): boolean {
  const { rule } = opOf(node.kind).quantRule;
  if (takesInt16(node) || rule === 'none' || rule === 'boundary') return false;
  return [...node.inputs, ...node.outputs].some(
    (id) => id !== undefined && getValue(graph, id).type.dtype === 'float32',
  );
}

/**
 * With int16 throughout, an operator that TFLM has not in int16 stays in float32, as those do that it has in float32 alone.
 * Throws for layers that are not there, or that do not compute in int16.
 */
export function planTypes(graph: Graph, choice: TypeChoice): TypePlan {
  if (choice === 'int16') {
    const real = realRegions(graph, (node) => hasRealForm(node) || !takesInt16(node));
    const alone = graph.nodes.filter((node) => staysAlone(graph, node));
    return { types: () => 'int16', real: new Set([...real, ...alone, ...maskedScores(graph)]) };
  }
  const real = new Set([...realRegions(graph, hasRealForm), ...maskedScores(graph)]);
  if (choice === 'int8') return { types: () => 'int8', real };
  return { types: typesAround(graph, new Set(nodesOf(graph, choice.int16Layers, real))), real };
}
