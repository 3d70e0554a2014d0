/** What a graph will cost as int8, near enough to compare what channels save: exact costs take a conversion each. */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import { graphCost } from '../../../ir/graph-cost.ts';
import type { Cost } from '../method.ts';

const BIAS_BYTES = 4;

/** The most elements of activations that are needed at the same time. */
function mostLive(graph: Graph): number {
  const lastUse = new Map<ValueId, number>(graph.outputs.map((id) => [id, graph.nodes.length]));
  for (const [place, { inputs }] of graph.nodes.entries()) {
    for (const id of inputs) {
      if (id !== undefined) lastUse.set(id, Math.max(place, lastUse.get(id) ?? 0));
    }
  }
  const sizeOf = (id: ValueId): number => elementCount(getValue(graph, id).type.shape);
  let live = graph.inputs.reduce((sum, id) => sum + sizeOf(id), 0);
  let most = live;
  for (const [place, { inputs, outputs }] of graph.nodes.entries()) {
    live += outputs.reduce((sum, id) => sum + sizeOf(id), 0);
    most = Math.max(most, live);
    for (const id of new Set([...inputs, ...outputs])) {
      const isOver = id !== undefined && (lastUse.get(id) ?? place) === place;
      if (isOver && getValue(graph, id).data === undefined) live -= sizeOf(id);
    }
  }
  return most;
}

export function roughCost(graph: Graph): Cost {
  const constants = [...graph.values.values()].filter(({ data }) => data !== undefined);
  const parameters = constants.reduce((sum, { type }) => sum + elementCount(type.shape), 0);
  const biases = constants.filter(({ type }) => type.shape.length === 1);
  const wider = biases.reduce((sum, { type }) => sum + (BIAS_BYTES - 1) * elementCount(type.shape), 0);
  return {
    macs: graphCost(graph).macs,
    parameters,
    arenaBytes: mostLive(graph),
    fileBytes: parameters + wider,
  };
}
