/** Layers of LSTM that the weights of a graph may be: which of them the inputs meet, and in which order the gates lie. */

import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue } from '../../../ir/graph.ts';
import type { CellSize, GateWeights } from './gates.ts';
import type { LstmGates } from './lstm-values.ts';

const GATES = 4;
/** More weights of that size than this are no single cell's. */
const MOST_MATRICES = 4;
/** What old cells add to the forget gate besides the bias that they learn. */
const FORGET_BIASES = [0, 1];

/** Of all gates, row-major: [4 · units, depth], [4 · units, units] and [4 · units]. */
interface Weights {
  readonly input: Float32Array;
  readonly hidden: Float32Array;
}

/** Float32 constants that fully connected nodes multiply by, once each, with their columns. */
function matrices(
  graph: Graph,
  rows: number,
): readonly { readonly data: Float32Array; readonly columns: number }[] {
  const ids = new Set(
    graph.nodes.flatMap((node) => (node.kind === 'fully_connected' ? (node.inputs[1] ?? []) : [])),
  );
  return [...ids].flatMap((id) => {
    const { data, type } = getValue(graph, id);
    return data instanceof Float32Array && type.shape.length === 2 && type.shape[0] === rows
      ? [{ data, columns: type.shape[1] }]
      : [];
  });
}

function columnsOf(data: Float32Array, columns: number, from: number, to: number): Float32Array {
  const rows = data.length / columns;
  const width = to - from;
  return Float32Array.from(
    { length: rows * width },
    (_, at) => data[Math.floor(at / width) * columns + from + (at % width)],
  );
}

function weightsOf(graph: Graph, { depth, units }: CellSize): readonly Weights[] {
  const found = matrices(graph, GATES * units);
  if (found.length > MOST_MATRICES) return [];
  const apart = found.flatMap((input) =>
    found
      .filter((hidden) => hidden !== input && input.columns === depth && hidden.columns === units)
      .map((hidden) => ({ input: input.data, hidden: hidden.data })),
  );
  const together = found
    .filter(({ columns }) => columns === depth + units)
    .map(({ data, columns }) => ({
      input: columnsOf(data, columns, 0, depth),
      hidden: columnsOf(data, columns, depth, columns),
    }));
  return [...apart, ...together];
}

/** The sum of all that are as long as all gates. */
function biasOf(graph: Graph, rows: number): Float32Array {
  const sum = new Float32Array(rows);
  const ids = new Set(
    graph.nodes.flatMap((node) =>
      node.kind === 'add' || node.kind === 'fully_connected' ? node.inputs : [],
    ),
  );
  for (const id of ids) {
    const value = id === undefined ? undefined : getValue(graph, id);
    if (!(value?.data instanceof Float32Array) || elementCount(value.type.shape) !== rows) continue;
    for (let row = 0; row < rows; row++) sum[row] += value.data[row];
  }
  return sum;
}

function orders(left: readonly number[]): readonly (readonly number[])[] {
  if (left.length === 0) return [[]];
  return left.flatMap((first) =>
    orders(left.filter((one) => one !== first)).map((others) => [first, ...others]),
  );
}

/** In an order of gates that most files have first: input, forget, candidate, output. */
export function* lstmCandidates(graph: Graph, size: CellSize): Generator<LstmGates> {
  const { depth, units } = size;
  const bias = biasOf(graph, GATES * units);
  for (const { input, hidden } of weightsOf(graph, size)) {
    const gateAt = (index: number, added = 0): GateWeights => {
      const rows = (data: Float32Array, columns: number): Float32Array =>
        data.subarray(index * units * columns, (index + 1) * units * columns);
      return {
        input: rows(input, depth),
        hidden: rows(hidden, units),
        bias: rows(bias, 1).map((value) => value + added),
      };
    };
    for (const [first, second, third, fourth] of orders([0, 1, 2, 3])) {
      for (const added of FORGET_BIASES) {
        yield {
          inputGate: gateAt(first),
          forgetGate: gateAt(second, added),
          cellGate: gateAt(third),
          outputGate: gateAt(fourth),
        };
      }
    }
  }
}
