/** What the float interpreter sees of every tensor over a block of records, to be added up in the order of the blocks. */

import { elementCount } from '../../core/tensor.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';

export interface Tally {
  /** As TensorFlow's calibrator takes them; NaN is skipped. */
  min: number;
  max: number;
  /** Of every element over the records. */
  readonly sums: Float64Array;
}

export type Tallies = ReadonlyMap<ValueId, Tally>;

function observe(tally: Tally, data: Float32Array): void {
  const { sums } = tally;
  let { min, max } = tally;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < min) min = value;
    if (value > max) max = value;
    sums[i] += value;
  }
  tally.min = min;
  tally.max = max;
}

/** Adds the tallies of the next block. */
export function addTallies(into: Map<ValueId, Tally>, block: Tallies): void {
  for (const [id, { min, max, sums }] of block) {
    const tally = into.get(id);
    if (tally === undefined) {
      into.set(id, { min, max, sums: sums.slice() });
      continue;
    }
    tally.min = Math.min(tally.min, min);
    tally.max = Math.max(tally.max, max);
    for (let i = 0; i < sums.length; i++) tally.sums[i] += sums[i];
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
      return [id, { min: Infinity, max: -Infinity, sums: new Float64Array(length) }];
    }),
  );
  return (records, rows) => {
    for (const tally of tallies.values()) {
      tally.min = Infinity;
      tally.max = -Infinity;
      tally.sums.fill(0);
    }
    for (let row = 0; row < rows; row++) {
      const record = records.subarray(row * inputLength, (row + 1) * inputLength);
      interpreter.invoke([record], (id, data) => observe(tallies.get(id) as Tally, data as Float32Array));
    }
    return tallies;
  };
}
