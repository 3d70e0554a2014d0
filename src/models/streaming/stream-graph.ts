/** The network of a stream that takes the new rows alone, where that is less to compute. */

import { counted } from '../../core/figure-text.ts';
import { type Graph, getValue, isStateful } from '../../ir/graph.ts';
import { graphCost, graphSteps } from '../../ir/graph-cost.ts';
import { columnsInTime, type TimeEnd } from '../../passes/streaming/columns-in-time.ts';
import { streamInColumns } from '../../passes/streaming/stream-in-columns.ts';

/** What a network keeps, and what it is spared. */
export interface StreamedGraph {
  readonly graph: Graph;
  /** New rows of every inference, and rows of the window. */
  readonly rows: number;
  readonly windowRows: number;
  /** The first layer that is computed as a whole, if any is. */
  readonly end: TimeEnd | undefined;
}

/** Why there is no such network, as a sentence without its end. */
export interface NotStreamed {
  readonly why: string;
}

/** `CONV_2D "conv"`, or `operator 3 (CONV_2D)` where it has no name. */
export function layerTitle({ node: { kind, name }, place }: TimeEnd): string {
  const operator = kind.toUpperCase();
  return name === '' ? `operator ${place} (${operator})` : `${operator} ${JSON.stringify(name)}`;
}

function windowRows(graph: Graph): number {
  return getValue(graph, graph.inputs[0]).type.shape.find((size) => size > 1) ?? 1;
}

/**
 * From its `inferencesToFirst`th inference on it answers as `graph` does of the window that ends there, bit for bit. There is none
 * where nothing is gained: steps are multiply-accumulates, pixels under windows, and elements read and written.
 */
export function streamGraph(graph: Graph, rows: number): StreamedGraph | NotStreamed {
  if (graph.inputs.length !== 1)
    return { why: `The model has ${graph.inputs.length} inputs, and new rows come in through one` };
  if (isStateful(graph))
    return { why: 'The model keeps states of its own, which go from one inference to the next' };
  const count = windowRows(graph);
  if (rows >= count)
    return { why: `A window of the model has ${counted(count, 'row')}, and ${rows} of them would be new` };
  const plan = columnsInTime(graph, rows);
  if (plan === undefined) return { why: 'The input of the model is of a type that no variable keeps' };
  const [end] = plan.ends;
  const streamed = streamInColumns(graph, plan);
  const isLess =
    graphCost(streamed).macs <= graphCost(graph).macs && graphSteps(streamed) < graphSteps(graph);
  if (isLess) return { graph: streamed, rows, windowRows: count, end };
  return {
    why:
      end === undefined
        ? 'The model has no layers that need less of a stream than of its window'
        : `Nothing is to be saved in front of ${layerTitle(end)}, which ${end.reason}`,
  };
}

/** Inferences until one is an answer; before, the window is not full. */
export function inferencesToFirst({ rows, windowRows: count }: StreamedGraph): number {
  return Math.ceil(count / rows);
}
