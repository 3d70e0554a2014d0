/** Calibration: the float interpreter over representative samples, and what it saw of every tensor. */

import type { Reporter } from '../core/reporter.ts';
import { createInterpreter } from '../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../ir/graph.ts';
import type { Range } from '../passes/quantize/parameters.ts';
import { type FloatArray, recordAt } from './dataset-reader.ts';

export interface Calibration {
  /** Smallest and largest value over all records, as TensorFlow's calibrator takes them; NaN is skipped. */
  readonly ranges: ReadonlyMap<ValueId, Range>;
  /** Mean of every element over the records. */
  readonly means: ReadonlyMap<ValueId, Float64Array>;
}

interface Tally {
  min: number;
  max: number;
  readonly sums: Float64Array;
}

function observe(tally: Tally, data: Float32Array): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < tally.min) tally.min = value;
    if (value > tally.max) tally.max = value;
    tally.sums[i] += value;
  }
}

export function calibrate(graph: Graph, records: FloatArray, report: Reporter): Calibration {
  const interpreter = createInterpreter(graph);
  const tallies = new Map<ValueId, Tally>();
  const [count] = records.shape;
  for (let index = 0; index < count; index++) {
    interpreter.invoke([recordAt(records, index)], (id, data) => {
      let tally = tallies.get(id);
      if (tally === undefined) {
        tally = { min: Infinity, max: -Infinity, sums: new Float64Array(data.length) };
        tallies.set(id, tally);
      }
      observe(tally, data as Float32Array);
    });
    report.progress(index + 1, count, 'samples');
  }
  return {
    ranges: new Map([...tallies].map(([id, { min, max }]) => [id, { min, max }])),
    means: new Map([...tallies].map(([id, { sums }]) => [id, sums.map((sum) => sum / count)])),
  };
}
