/**
 * Layers of LSTM that are computed step by step as the one operator that TFLM has for them: what `unrollLstm` took apart, so that
 * gradients could be followed. A layer is taken where it has the values of the steps, whatever training did to its weights.
 */

import {
  fusedLstm,
  reversed,
  stepAt,
  type TimeSeries,
} from '../../../formats/lowering/recurrent/fused-lstm.ts';
import { RewriteWriter } from '../../../formats/lowering/rewrite-writer.ts';
import type { Graph, Node, ValueId } from '../../../ir/graph.ts';
import { Rewrite } from '../../../ir/rewrite.ts';
import {
  CELL_GATE,
  FORGET_GATE,
  HIDDEN_WEIGHTS,
  INPUT_GATE,
  INPUT_WEIGHTS,
  OUTPUT_GATE,
} from '../../../kernels/recurrent/lstm-shape.ts';
import { findLstm, type UnrolledLstm } from './find-lstm.ts';

export interface FusedGraph {
  readonly graph: Graph;
  /** By the matrices of the operators, that of the steps which each is a part of. */
  readonly origins: ReadonlyMap<ValueId, ValueId>;
}

const NAME_OF_PRODUCT = /\/?(gates|candidate)\/of_inputs$/;

/** What joins tensors along axis 0: a node, with those before it that nothing else reads. */
interface Joint {
  readonly nodes: readonly Node[];
  readonly leaves: readonly ValueId[];
}

function jointOf(rewrite: Rewrite, node: Node): Joint | undefined {
  if (node.kind !== 'concatenation' || node.attributes.axis !== 0 || node.attributes.activation !== 'none') {
    return undefined;
  }
  const parts = (node.inputs as readonly ValueId[]).map((id): Joint => {
    const producer = rewrite.isReadOnce(id) ? rewrite.producer(id) : undefined;
    return (producer && jointOf(rewrite, producer)) ?? { nodes: [], leaves: [id] };
  });
  return {
    nodes: [node, ...parts.flatMap(({ nodes }) => nodes)],
    leaves: parts.flatMap(({ leaves }) => leaves),
  };
}

class LayerWriter {
  readonly #writer: RewriteWriter;
  readonly #found: UnrolledLstm;
  readonly #series: TimeSeries<ValueId>;
  /** [steps · batch, units] in the order in which steps are taken, and in the other one. */
  readonly #rows = new Map<'taken' | 'turned', ValueId>();

  constructor(rewrite: Rewrite, found: UnrolledLstm) {
    this.#found = found;
    const { extent, input, fromLast, gates } = found;
    const { steps, batch, depth, units } = extent;
    const writer = new RewriteWriter(rewrite, found.first.name.replace(NAME_OF_PRODUCT, ''));
    const timeMajor = batch > 1;
    const newShape = timeMajor ? [steps, batch, depth] : [1, steps, depth];
    const tensor = writer.add('reshape', 'series', { newShape }, [input]);
    const read = { tensor, timeMajor };
    this.#writer = writer;
    this.#series = fusedLstm<ValueId>(writer, '', fromLast ? reversed(writer, 'from_last', read) : read, {
      ...gates,
      ...{ depth, units, isStateful: false },
    });
  }

  get nodes(): readonly Node[] {
    return this.#writer.nodes;
  }

  /** The operands of the operator. */
  get operands(): readonly (ValueId | undefined)[] {
    const isOperator = ({ kind }: Node): boolean => kind === 'unidirectional_sequence_lstm';
    return this.#writer.nodes.find(isOperator)?.inputs ?? [];
  }

  step(at: number): ValueId {
    return stepAt(this.#writer, `step_${at}`, this.#series, at);
  }

  rows(order: 'taken' | 'turned'): ValueId {
    const known = this.#rows.get(order);
    if (known !== undefined) return known;
    const { steps, batch, units } = this.#found.extent;
    const series = order === 'taken' ? this.#series : reversed(this.#writer, 'in_time', this.#series);
    const made = this.#writer.add('reshape', `rows_${order}`, { newShape: [steps * batch, units] }, [
      series.tensor,
    ]);
    this.#rows.set(order, made);
    return made;
  }
}

/** Nodes that join all hidden states, in either order, each with those that it does this by. */
function joints(rewrite: Rewrite, hidden: readonly ValueId[]) {
  const orders = new Map([
    [hidden.join(), 'taken'],
    [hidden.toReversed().join(), 'turned'],
  ] as const);
  return rewrite.nodes.flatMap((node) => {
    const joint = jointOf(rewrite, node);
    const order = joint && orders.get(joint.leaves.join());
    return joint === undefined || order === undefined ? [] : [{ node, nodes: joint.nodes, order }];
  });
}

function fuse(rewrite: Rewrite, found: UnrolledLstm): FusedGraph {
  const layer = new LayerWriter(rewrite, found);
  const sequences = joints(rewrite, found.hidden);
  const joining = new Set(sequences.flatMap(({ nodes }) => nodes));
  const ofHidden = found.sides.map((side) => side.ofHidden.weights);
  const isInside = (node: Node): boolean =>
    joining.has(node) || (node.kind === 'fully_connected' && ofHidden.includes(node.inputs[1] as ValueId));
  const steps = found.hidden.flatMap((id, at) =>
    rewrite.isOutput(id) || rewrite.consumers(id).some((reader) => !isInside(reader))
      ? [{ id, by: layer.step(at) }]
      : [],
  );
  const places = [
    ...sequences.map(({ node, order }) => ({ id: node.outputs[0], by: layer.rows(order) })),
    ...steps,
  ];
  const { operands } = layer;
  rewrite.replace(found.first, ...layer.nodes, found.first);
  for (const { id, by } of places) {
    const maker = rewrite.producer(id);
    if (maker !== undefined) rewrite.bypass(maker, by);
  }
  return { graph: rewrite.graph(), origins: originsOf(found, operands) };
}

function originsOf({ sides: [gates, candidate] }: UnrolledLstm, operands: readonly (ValueId | undefined)[]) {
  const sideOf = new Map([
    [INPUT_GATE, gates],
    [FORGET_GATE, gates],
    [CELL_GATE, candidate],
    [OUTPUT_GATE, gates],
  ]);
  return new Map(
    [...sideOf].flatMap(([gate, { ofInput, ofHidden }]) => [
      [operands[INPUT_WEIGHTS + gate] as ValueId, ofInput.weights] as const,
      [operands[HIDDEN_WEIGHTS + gate] as ValueId, ofHidden.weights] as const,
    ]),
  );
}

/** All of them that nothing else reads anything of; `graph` itself where it has none. */
export function fuseLstm(graph: Graph): FusedGraph {
  let current = graph;
  const origins = new Map<ValueId, ValueId>();
  const apart = new Set<ValueId>();
  for (;;) {
    const rewrite = new Rewrite(current);
    const found = findLstm(current, rewrite, apart);
    if (found === undefined) return { graph: current, origins };
    apart.add(found.mark);
    const fused = fuse(rewrite, found);
    // Who reads a cell state keeps the steps.
    if (fused.graph.values.has(found.mark)) continue;
    current = fused.graph;
    for (const [id, from] of fused.origins) origins.set(id, from);
  }
}
