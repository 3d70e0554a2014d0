/**
 * Where values that are computed lie: memory is given to another one as soon as nobody reads what was there. Graph
 * outputs and states, or with `keepsValues` all values, have memory of their own.
 */

import { alignUp } from '../core/alignment.ts';
import { tensorBytes } from '../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../ir/graph.ts';

export interface Placement {
  /** Of graph inputs, of states, and of what nodes write. */
  readonly offsets: ReadonlyMap<ValueId, number>;
  readonly bytes: number;
}

interface Block {
  readonly offset: number;
  readonly bytes: number;
}

/** After which node a value is needed no more; missing where nobody reads it. */
function lastReaders(graph: Graph): ReadonlyMap<ValueId, number> {
  const readers = new Map<ValueId, number>();
  for (const [index, node] of graph.nodes.entries()) {
    for (const id of node.inputs) if (id !== undefined) readers.set(id, index);
  }
  return readers;
}

/** Takes the smallest free block that is large enough out of the list. */
function takeFree(free: Block[], bytes: number): Block | undefined {
  let best = -1;
  for (let i = 0; i < free.length; i++) {
    if (free[i].bytes >= bytes && (best < 0 || free[i].bytes < free[best].bytes)) best = i;
  }
  return best < 0 ? undefined : free.splice(best, 1)[0];
}

export function placeValues(graph: Graph, keepsValues: boolean): Placement {
  const readers = lastReaders(graph);
  const states = [...graph.values.values()].filter(({ state }) => state !== undefined).map(({ id }) => id);
  const own = new Set([...graph.outputs, ...states]);
  const isKept = (id: ValueId): boolean => keepsValues || own.has(id);
  const blocks = new Map<ValueId, Block>();
  const free: Block[] = [];
  let end = 0;
  const place = (id: ValueId): void => {
    const bytes = alignUp(tensorBytes(getValue(graph, id).type));
    let block = isKept(id) ? undefined : takeFree(free, bytes);
    if (block === undefined) {
      block = { offset: end, bytes };
      end += bytes;
    }
    blocks.set(id, block);
  };
  for (const id of [...states, ...graph.inputs]) place(id);
  for (const [index, node] of graph.nodes.entries()) {
    for (const id of node.outputs) place(id);
    for (const id of new Set([...node.inputs, ...node.outputs])) {
      if (id === undefined || isKept(id) || (readers.get(id) ?? index) > index) continue;
      const block = blocks.get(id);
      if (block !== undefined) free.push(block);
    }
  }
  return { offsets: new Map([...blocks].map(([id, { offset }]) => [id, offset])), bytes: end };
}
