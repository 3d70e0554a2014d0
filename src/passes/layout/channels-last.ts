/**
 * A graph whose images have the channels first, as one whose images have them last: the form of all its ends is chosen such
 * that the fewest elements are moved, and none inside a plain network.
 */

import { elementCount, type Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, type NodeOf, type ValueId } from '../../ir/graph.ts';
import { dropUnreachable, firstFreeId, nodeWith, rewriteNodes } from '../../ir/rewrite.ts';
import { runPasses } from '../pass.ts';
import { intoDenseWeights } from './into-dense-weights.ts';
import { inverse, keepsOrder, type Permutation, permuted } from './permutation.ts';
import { sinkTransposes } from './sink-transposes.ts';
import { isTransposed } from './transposed-types.ts';

/** How an end lies in the graph: axis i of it is axis `permutation[i]` of the file's. Undefined where it is as in the file. */
export type EndLayout = Permutation | undefined;

export interface LaidOut {
  readonly graph: Graph;
  /** In the order of the graph's inputs and outputs. */
  readonly inputs: readonly EndLayout[];
  readonly outputs: readonly EndLayout[];
}

const CHANNELS_LAST: Readonly<Record<number, Permutation>> = { 3: [0, 2, 1], 4: [0, 2, 3, 1] };

/** Elements that transposes move, then how many there are, then what else only says how elements lie. */
function costOf(graph: Graph): readonly [number, number, number] {
  const transposes = graph.nodes.filter((node) => node.kind === 'transpose' && !isReshape(graph, node));
  const moved = transposes.map(({ outputs: [id] }) => elementCount(getValue(graph, id).type.shape));
  const reshapes = graph.nodes.filter(
    (node) => node.kind === 'reshape' || (node.kind === 'transpose' && isReshape(graph, node)),
  );
  return [moved.reduce((sum, count) => sum + count, 0), transposes.length, reshapes.length];
}

function isReshape(graph: Graph, { attributes, inputs: [input] }: NodeOf<'transpose'>): boolean {
  return keepsOrder(getValue(graph, input as ValueId).type.shape, attributes.permutation);
}

function isCheaper(graph: Graph, than: Graph): boolean {
  const [a, b] = [costOf(graph), costOf(than)];
  const different = a.findIndex((cost, index) => cost !== b[index]);
  return different >= 0 && a[different] < b[different];
}

function settled(graph: Graph): Graph {
  return runPasses(graph, [sinkTransposes, intoDenseWeights]);
}

/** The graph upon an input whose axes lie in the order of `permutation`. */
function withInput(graph: Graph, id: ValueId, permutation: Permutation): Graph {
  const value = getValue(graph, id);
  const inner = firstFreeId(graph);
  const values = new Map(graph.values)
    .set(id, { ...value, type: { ...value.type, shape: permuted(value.type.shape, permutation) } })
    .set(inner, { ...value, id: inner });
  const first = nodeOf('transpose', value.name, { permutation: inverse(permutation) }, [id], [inner]);
  const renamed = graph.nodes.map((node) =>
    node.inputs.includes(id)
      ? nodeWith(node, { inputs: node.inputs.map((input) => (input === id ? inner : input)) })
      : node,
  );
  return { ...graph, values, nodes: [first, ...renamed] };
}

/** The graph without the transpose that makes an output, if one does and what it reads can be an end itself. */
function withoutLast(graph: Graph, id: ValueId): { graph: Graph; permutation: Permutation } | undefined {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(id));
  if (node?.kind !== 'transpose') return undefined;
  const source = node.inputs[0] as ValueId;
  const producer = graph.nodes.find(({ outputs }) => outputs.includes(source));
  if (producer === undefined || graph.outputs.includes(source)) return undefined;
  const { name } = getValue(graph, id);
  const values = new Map(graph.values).set(source, { ...getValue(graph, source), name });
  const outputs = graph.outputs.map((output) => (output === id ? source : output));
  // Who else reads what is moved reads it from a transpose inside.
  return {
    graph: dropUnreachable({ ...graph, values, outputs }),
    permutation: inverse(node.attributes.permutation),
  };
}

function asReshape(shape: Shape, node: NodeOf<'transpose'>): Node {
  const newShape = permuted(shape, node.attributes.permutation);
  return nodeOf('reshape', node.name, { newShape }, node.inputs, node.outputs);
}

/** Those that leave the elements in their order. */
function withReshapes(graph: Graph): Graph {
  return rewriteNodes(graph, (rewrite, node) => {
    if (node.kind !== 'transpose') return false;
    const { shape } = rewrite.type(node.inputs[0] as ValueId);
    if (!keepsOrder(shape, node.attributes.permutation)) return false;
    rewrite.replace(node, asReshape(shape, node));
    return true;
  });
}

/** With the channels last at the ends, too, wherever that leaves less to move. */
export function channelsLast(graph: Graph): LaidOut {
  let best = settled(graph);
  const inputs = graph.inputs.map((id): EndLayout => {
    const { type } = getValue(graph, id);
    const permutation = CHANNELS_LAST[type.shape.length];
    if (permutation === undefined || !isTransposed(type)) return undefined;
    const moved = settled(withInput(best, id, permutation));
    if (!isCheaper(moved, best)) return undefined;
    best = moved;
    return permutation;
  });
  const outputs = graph.outputs.map((id): EndLayout => {
    const shorter = withoutLast(best, id);
    if (shorter === undefined) return undefined;
    best = shorter.graph;
    return shorter.permutation;
  });
  return { graph: withReshapes(best), inputs, outputs };
}

/** An input as it is in the file, and a transpose to what is read inside. */
function restoredInput(graph: Graph, id: ValueId, order: Permutation): Graph {
  return withInput(graph, id, inverse(order));
}

/** An output as it is in the file, made by a transpose at the end. */
function restoredOutput(graph: Graph, id: ValueId, order: Permutation): Graph {
  const { name, type } = getValue(graph, id);
  const permutation = inverse(order);
  const last = firstFreeId(graph);
  const values = new Map(graph.values)
    .set(id, { id, name: `${name}/channels_last`, type })
    .set(last, { id: last, name, type: { ...type, shape: permuted(type.shape, permutation) } });
  const node = nodeOf('transpose', name, { permutation }, [id], [last]);
  const outputs = graph.outputs.map((output) => (output === id ? last : output));
  return { ...graph, values, nodes: [...graph.nodes, node], outputs };
}

/** The same inside, and ends as the file has them: a transpose at each end that would be another. */
export function channelsLastInside(graph: Graph): Graph {
  const { graph: inside, inputs, outputs } = channelsLast(graph);
  const withInputs = inside.inputs.reduce((restored, id, index) => {
    const order = inputs[index];
    return order === undefined ? restored : restoredInput(restored, id, order);
  }, inside);
  const restored = inside.outputs.reduce((made, id, index) => {
    const order = outputs[index];
    return order === undefined ? made : restoredOutput(made, id, order);
  }, withInputs);
  return withReshapes(restored);
}
