/**
 * A network that sees a window of rows as one that takes the new rows alone: what it needs again of earlier ones, each value keeps
 * in a state. From the moment that it has seen a window, every answer is that of the window's network, bit for bit.
 */

import type { TensorType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import { dropUnreachable, firstFreeId, nodeWith } from '../../ir/rewrite.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';
import { dropIdentity } from '../drop-identity.ts';
import { type Pass, runPasses } from '../pass.ts';
import type { TimePlan, Track } from './columns-in-time.ts';

/** The newest columns of a value, from one on to the end of the window. */
interface Stretch {
  readonly id: ValueId;
  readonly from: number;
}

class Streaming {
  readonly #graph: Graph;
  readonly #plan: TimePlan;
  readonly #values: Map<ValueId, Value>;
  readonly #nodes: Node[] = [];
  /** Of every value with columns: what there is of it, the longest first. */
  readonly #stretches = new Map<ValueId, Stretch[]>();
  #nextId: ValueId;

  constructor(graph: Graph, plan: TimePlan) {
    this.#graph = graph;
    this.#plan = plan;
    this.#values = new Map(graph.values);
    this.#nextId = firstFreeId(graph);
  }

  #define(name: string, type: TensorType, rest: Pick<Value, 'state'> = {}): ValueId {
    const id = this.#nextId++;
    this.#values.set(id, { id, name, type, ...rest });
    return id;
  }

  /** Appends a node that makes a value of so many columns of another. */
  #make<Kind extends OpKind>(
    kind: Kind,
    of: ValueId,
    columns: number,
    attributes: AttributesOf<Kind>,
    inputs: readonly ValueId[],
  ): ValueId {
    const { name } = getValue(this.#graph, of);
    const output = this.#define(`${name}, ${columns} columns`, this.#typeOf(of, columns));
    this.#nodes.push(nodeOf(kind, name, attributes, inputs, [output]));
    return output;
  }

  #typeOf(id: ValueId, columns: number): TensorType {
    const { type } = getValue(this.#graph, id);
    return { ...type, shape: type.shape.with(this.#trackOf(id).axis, columns) };
  }

  #trackOf(id: ValueId): Track {
    const track = this.#plan.tracks.get(id);
    if (track === undefined) throw new Error(`value ${id} has no columns`);
    return track;
  }

  /** The first column of the value that somebody needs. */
  #neededFrom(id: ValueId): number {
    const { count } = this.#trackOf(id);
    const needs = this.#graph.nodes.flatMap((node) =>
      node.inputs.includes(id) ? [this.#plan.nodes.get(node)?.from ?? 0] : [],
    );
    return Math.min(count, ...needs);
  }

  #slice(of: ValueId, from: ValueId, begin: number, columns: number): ValueId {
    const { axis } = this.#trackOf(of);
    const { shape } = this.#typeOf(of, columns);
    const start = shape.map((_, place) => (place === axis ? begin : 0));
    return this.#make('slice', of, columns, { begin: start, size: shape }, [from]);
  }

  /** Puts what is kept of a value in front of what is new, and keeps of both what the next answer needs. */
  #keep(id: ValueId): void {
    const { axis, count, fresh } = this.#trackOf(id);
    const { name, type } = getValue(this.#graph, id);
    this.#values.set(id, { id, name, type: this.#typeOf(id, fresh) });
    const stretches = [{ id, from: count - fresh }];
    this.#stretches.set(id, stretches);
    const kept = count - fresh - this.#neededFrom(id);
    if (kept <= 0) return;
    const state = this.#define(
      `${name}, kept`,
      { ...type, shape: this.#typeOf(id, kept).shape },
      { state: {} },
    );
    const old = this.#make('read_variable', id, kept, {}, [state]);
    const all = this.#make('concatenation', id, kept + fresh, { axis, activation: 'none' }, [old, id]);
    stretches.unshift({ id: all, from: count - fresh - kept });
    const next =
      kept === fresh
        ? id
        : kept < fresh
          ? this.#slice(id, id, fresh - kept, kept)
          : this.#slice(id, all, fresh, kept);
    this.#make('assign_variable', id, kept, {}, [state, next]);
  }

  /** The value's columns from one on. */
  #take(id: ValueId, from: number): ValueId {
    const stretches = this.#stretches.get(id) as Stretch[];
    const ready = stretches.find((one) => one.from === from);
    if (ready !== undefined) return ready.id;
    const longer = stretches.findLast((one) => one.from < from) as Stretch;
    const made = this.#slice(id, longer.id, from - longer.from, this.#trackOf(id).count - from);
    stretches.push({ id: made, from });
    stretches.sort((a, b) => a.from - b.from);
    return made;
  }

  graph(): Graph {
    const { tracks, nodes } = this.#plan;
    for (const id of this.#graph.inputs) this.#keep(id);
    for (const node of this.#graph.nodes) {
      const fresh = nodes.get(node);
      const inputs = node.inputs.map((id) =>
        id === undefined || !tracks.has(id) ? id : this.#take(id, fresh?.from ?? 0),
      );
      this.#nodes.push(
        nodeWith(node, { inputs, ...(fresh === undefined ? {} : { attributes: fresh.changed }) }),
      );
      if (fresh !== undefined) for (const id of node.outputs) this.#keep(id);
    }
    const { inputs, outputs } = this.#graph;
    return { values: this.#values, nodes: this.#nodes, inputs, outputs };
  }
}

/** The same answers, of the new rows alone; `plan` is of this very graph. */
export function streamInColumns(graph: Graph, plan: TimePlan): Graph {
  const stream: Pass = {
    name: 'stream-in-columns',
    run: (window) => dropUnreachable(new Streaming(window, plan).graph()),
  };
  return runPasses(graph, [stream, dropIdentity]);
}
