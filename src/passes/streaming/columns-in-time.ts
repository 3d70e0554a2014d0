/**
 * Which values of a network that sees a window of rows are the same as at the answer before, but for their newest columns: the
 * window has moved on by a few rows, and so has everything that is made of them column by column.
 */

import type { TensorType } from '../../core/tensor.ts';
import { type Graph, getValue, isStateful, type Node, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';

/** A value whose columns lie along an axis: `count` in the window, the last `fresh` of which are new at every answer. */
export interface Track {
  readonly axis: number;
  readonly count: number;
  readonly fresh: number;
}

/** An operator that makes the new columns of its outputs alone. */
export interface FreshNode {
  /** The first column of its operands that it needs for them. */
  readonly from: number;
  readonly changed: Readonly<Record<string, unknown>>;
}

/** What of a graph is made column by column. */
export interface TimePlan {
  /** Of the input, and of what operators make that are among `nodes`. */
  readonly tracks: ReadonlyMap<ValueId, Track>;
  readonly nodes: ReadonlyMap<Node, FreshNode>;
  /** Operators that read columns and are computed as a whole, in their order, with the reason as the end of a sentence. */
  readonly ends: readonly TimeEnd[];
}

export interface TimeEnd {
  readonly node: Node;
  /** Among the nodes of the graph. */
  readonly place: number;
  readonly reason: string;
}

/** Whether a variable can keep some of it. */
function isKeepable({ dtype, quant }: TensorType): boolean {
  if (dtype === 'float32') return true;
  if (quant?.scheme !== 'per-tensor') return false;
  return dtype === 'int8' || (dtype === 'int16' && quant.zeroPoint === 0);
}

function commonTrack(tracks: readonly (Track | undefined)[]): Track | undefined {
  const [first] = tracks;
  const isSame = (track: Track | undefined): boolean =>
    track?.axis === first?.axis && track?.count === first?.count && track?.fresh === first?.fresh;
  return tracks.every(isSame) ? first : undefined;
}

/** What an operator makes of columns, or why it needs them all. */
function freshNode(
  graph: Graph,
  node: Node,
  trackOf: (id: ValueId) => Track | undefined,
): (FreshNode & { readonly made: Track }) | string {
  const operands = node.inputs.map((id) => (id === undefined ? undefined : getValue(graph, id)));
  const computed = operands.flatMap((value) =>
    value === undefined || value.data !== undefined ? [] : [value],
  );
  const track = commonTrack(computed.map(({ id }) => trackOf(id)));
  if (track === undefined) return 'joins columns with what is none, or lies elsewhere';
  const outputs = node.outputs.map((id) => getValue(graph, id));
  const columns = opOf(node.kind).traits.columns(
    node.attributes,
    track.axis,
    operands.flatMap((value) =>
      value === undefined ? [] : [{ shape: value.type.shape, isConstant: value.data !== undefined }],
    ),
    outputs[0].type.shape,
  );
  if (columns === undefined) return 'makes its output of all of its input';
  const { axis, first, stride } = columns;
  const fresh = track.fresh / stride;
  if (!Number.isInteger(fresh)) return `moves on by ${stride}, and ${track.fresh} new columns come`;
  const count = outputs[0].type.shape[axis];
  if (count <= fresh) return 'makes no more columns than are new';
  if (outputs.some(({ id, type }) => !isKeepable(type) || graph.outputs.includes(id)))
    return 'ends the model';
  return {
    from: first + (count - fresh) * stride,
    changed: columns.changed(fresh),
    made: { axis, count, fresh },
  };
}

/** The axis of a window along which its rows lie: the first one that is longer than 1. */
function inputTrack({ shape }: TensorType, rows: number): Track | undefined {
  const axis = shape.findIndex((size) => size > 1);
  return axis >= 0 && rows >= 1 && rows < shape[axis] ? { axis, count: shape[axis], fresh: rows } : undefined;
}

/**
 * `rows` are new at every answer. Operators from the place `until` on are computed as a whole, as are all that others than
 * columns go into. Undefined for models that have more inputs than one, states of their own, or no more rows than are new.
 */
export function columnsInTime(graph: Graph, rows: number, until = graph.nodes.length): TimePlan | undefined {
  const [input] = graph.inputs;
  const { type } = getValue(graph, input);
  const given = inputTrack(type, rows);
  if (graph.inputs.length !== 1 || isStateful(graph) || given === undefined || !isKeepable(type))
    return undefined;
  const tracks = new Map([[input, given]]);
  const nodes = new Map<Node, FreshNode>();
  const ends: TimeEnd[] = [];
  for (const [place, node] of graph.nodes.entries()) {
    if (!node.inputs.some((id) => id !== undefined && tracks.has(id))) continue;
    const fresh = place < until ? freshNode(graph, node, (id) => tracks.get(id)) : 'comes later';
    if (typeof fresh === 'string') {
      ends.push({ node, place, reason: fresh });
      continue;
    }
    nodes.set(node, fresh);
    for (const id of node.outputs) tracks.set(id, fresh.made);
  }
  return { tracks, nodes, ends };
}
