/** What the float interpreter sees of every tensor over a block of records, to be added up in the order of the blocks. */

import { elementCount } from '../../core/tensor.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';

/** Of every element over the records. NaN is no low and no high, as for TensorFlow's calibrator. */
export interface Tally {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  readonly sums: Float64Array;
}

export type Tallies = ReadonlyMap<ValueId, Tally>;

function clear({ lows, highs, sums }: Tally): void {
  lows.fill(Infinity);
  highs.fill(-Infinity);
  sums.fill(0);
}

function observe({ lows, highs, sums }: Tally, data: Float32Array): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < lows[i]) lows[i] = value;
    if (value > highs[i]) highs[i] = value;
    sums[i] += value;
  }
}

/** Adds the tallies of the next block. */
export function addTallies(into: Map<ValueId, Tally>, block: Tallies): void {
  for (const [id, { lows, highs, sums }] of block) {
    const tally = into.get(id);
    if (tally === undefined) {
      into.set(id, { lows: lows.slice(), highs: highs.slice(), sums: sums.slice() });
      continue;
    }
    for (let i = 0; i < sums.length; i++) {
      tally.lows[i] = Math.min(tally.lows[i], lows[i]);
      tally.highs[i] = Math.max(tally.highs[i], highs[i]);
      tally.sums[i] += sums[i];
    }
  }
}

/** Tallies of graph inputs and node outputs over `rows` records; they hold until the next call. */
export function createTallyRunner(graph: Graph): (records: Float32Array, rows: number) => Tallies {
  const interpreter = createInterpreter(graph);
  const inputLength = elementCount(interpreter.inputs[0].shape);
  const ids = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)];
  const tallies = new Map(
    ids.map((id): [ValueId, Tally] => {
      const length = elementCount(getValue(graph, id).type.shape);
      const [lows, highs] = [new Float32Array(length), new Float32Array(length)];
      return [id, { lows, highs, sums: new Float64Array(length) }];
    }),
  );
  return (records, rows) => {
    for (const tally of tallies.values()) clear(tally);
    for (let row = 0; row < rows; row++) {
      const record = records.subarray(row * inputLength, (row + 1) * inputLength);
      interpreter.invoke([record], (id, data) => observe(tallies.get(id) as Tally, data as Float32Array));
    }
    return tallies;
  };
}
