/**
 * A few operators behind one another computed band by band of the rows of the last one's image: each band needs a part of the
 * images between them alone, and some of their rows a second time.
 */

import { sameShape, type TensorType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import { firstFreeId, nodeWith } from '../../ir/rewrite.ts';
import { attributesFor, heightOf, type Rows, rowsRead, worksInRows } from './rows.ts';

/** Nodes by their places in the graph, first and last included. */
export interface Stage {
  readonly first: number;
  readonly last: number;
}

/** Whether what lies between first and last node is read nowhere else, and all of it made row by row. */
export function canSplit(graph: Graph, { first, last }: Stage): boolean {
  const nodes = graph.nodes.slice(first, last + 1);
  const inner = new Set(nodes.slice(0, -1).flatMap(({ outputs }) => outputs));
  const outside = [...graph.nodes.slice(0, first), ...graph.nodes.slice(last + 1)];
  return (
    nodes.every((node) => worksInRows(graph, node)) &&
    !graph.outputs.some((id) => inner.has(id)) &&
    !outside.some(({ inputs }) => inputs.some((id) => id !== undefined && inner.has(id)))
  );
}

function hull(a: Rows | undefined, b: Rows): Rows {
  return a === undefined ? b : { first: Math.min(a.first, b.first), end: Math.max(a.end, b.end) };
}

function isImage(graph: Graph, id: ValueId | undefined): id is ValueId {
  return id !== undefined && getValue(graph, id).data === undefined;
}

/** By some rows of what the last node makes, those of every image that are needed. */
function bandRows(graph: Graph, nodes: readonly Node[]): (made: Rows) => ReadonlyMap<ValueId, Rows> {
  const last = nodes[nodes.length - 1].outputs[0];
  const backwards = nodes.toReversed().map((node) => ({
    output: node.outputs[0],
    images: node.inputs.filter((id) => isImage(graph, id)),
    read: rowsRead(graph, node),
  }));
  return (made) => {
    const needed = new Map([[last, made]]);
    for (const { output, images, read } of backwards) {
      const rows = needed.get(output);
      if (rows === undefined) continue;
      const its = read(rows);
      for (const id of images) needed.set(id, hull(needed.get(id), its));
    }
    return needed;
  };
}

function partsOf(height: number, bands: number): Rows[] {
  return Array.from({ length: bands }, (_, band) => ({
    first: Math.floor((band * height) / bands),
    end: Math.floor(((band + 1) * height) / bands),
  }));
}

/** Rows that the last node of a stage makes. */
export function stageHeight(graph: Graph, { last }: Stage): number {
  return heightOf(getValue(graph, graph.nodes[last].outputs[0]).type.shape);
}

/** How many rows of each image all bands make and take together. */
export function rowsInBands(graph: Graph, stage: Stage, bands: number): ReadonlyMap<ValueId, number> {
  const nodes = graph.nodes.slice(stage.first, stage.last + 1);
  const sums = new Map<ValueId, number>();
  const needed = bandRows(graph, nodes);
  for (const part of partsOf(stageHeight(graph, stage), bands)) {
    for (const [id, { first, end }] of needed(part)) sums.set(id, (sums.get(id) ?? 0) + end - first);
  }
  return sums;
}

class Splitting {
  readonly #graph: Graph;
  readonly #stage: readonly Node[];
  readonly #needed: (made: Rows) => ReadonlyMap<ValueId, Rows>;
  readonly #values: Map<ValueId, Value>;
  #nextId: ValueId;
  readonly nodes: Node[] = [];

  constructor(graph: Graph, { first, last }: Stage) {
    this.#graph = graph;
    this.#stage = graph.nodes.slice(first, last + 1);
    this.#needed = bandRows(graph, this.#stage);
    this.#values = new Map(graph.values);
    this.#nextId = firstFreeId(graph);
  }

  get values(): ReadonlyMap<ValueId, Value> {
    return this.#values;
  }

  #type(id: ValueId): TensorType {
    return getValue({ values: this.#values }, id).type;
  }

  #rowsOf(id: ValueId, rows: Rows): ValueId {
    const { name, type } = getValue(this.#graph, id);
    const made = this.#nextId++;
    const shape = type.shape.with(1, rows.end - rows.first);
    this.#values.set(made, {
      id: made,
      name: `${name}, rows ${rows.first} to ${rows.end - 1}`,
      type: { ...type, shape },
    });
    return made;
  }

  /** Rows of an image of which some, from `first` on, lie in `from`. */
  #take(node: Node, id: ValueId, from: ValueId, first: number, rows: Rows): ValueId {
    const shape = getValue(this.#graph, id).type.shape.with(1, rows.end - rows.first);
    if (sameShape(this.#type(from).shape, shape)) return from;
    const part = this.#rowsOf(id, rows);
    const begin = [0, rows.first - first, 0, 0];
    this.nodes.push(nodeOf('slice', node.name, { begin, size: shape }, [from], [part]));
    return part;
  }

  /** Returns what the last operator makes. */
  band(made: Rows): ValueId {
    const needed = this.#needed(made);
    const parts = new Map<ValueId, ValueId>();
    for (const node of this.#stage) {
      const [output] = node.outputs;
      const rows = needed.get(output);
      if (rows === undefined) continue;
      const read = rowsRead(this.#graph, node)(rows);
      const inputs = node.inputs.map((id) => {
        if (!isImage(this.#graph, id)) return id;
        const part = parts.get(id);
        return part === undefined
          ? this.#take(node, id, id, 0, read)
          : this.#take(node, id, part, (needed.get(id) as Rows).first, read);
      });
      const part = this.#rowsOf(output, rows);
      parts.set(output, part);
      const attributes = attributesFor(this.#graph, node, rows) as Readonly<Record<string, unknown>>;
      this.nodes.push(nodeWith(node, { attributes, inputs, outputs: [part] }));
    }
    return parts.get(this.#stage[this.#stage.length - 1].outputs[0]) as ValueId;
  }
}

/** The same graph, of which a stage that `canSplit` is computed in so many bands, at most as many as there are rows. */
export function splitInBands(graph: Graph, stage: Stage, bands: number): Graph {
  const splitting = new Splitting(graph, stage);
  const { name, outputs } = graph.nodes[stage.last];
  const parts = partsOf(stageHeight(graph, stage), bands).map((rows) => splitting.band(rows));
  const joined = nodeOf('concatenation', name, { axis: 1, activation: 'none' }, parts, outputs);
  const nodes = [
    ...graph.nodes.slice(0, stage.first),
    ...splitting.nodes,
    joined,
    ...graph.nodes.slice(stage.last + 1),
  ];
  const mentioned = new Set([...graph.inputs, ...nodes.flatMap((node) => [...node.inputs, ...node.outputs])]);
  return { ...graph, nodes, values: new Map([...splitting.values].filter(([id]) => mentioned.has(id))) };
}
