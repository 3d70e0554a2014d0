/** Calibration: the float interpreter over representative samples, the smallest and largest value of every tensor. */

import type { Reporter } from '../core/reporter.ts';
import { createInterpreter } from '../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../ir/graph.ts';
import type { Ranges } from '../passes/quantize/quantize.ts';
import { type FloatArray, recordAt } from './dataset-reader.ts';

/** Global minimum and maximum over all records, as TensorFlow's calibrator takes them; NaN is skipped. */
export function calibrate(graph: Graph, records: FloatArray, report: Reporter): Ranges {
  const interpreter = createInterpreter(graph);
  const ranges = new Map<ValueId, { min: number; max: number }>();
  const observe = (id: ValueId, data: ArrayLike<unknown>): void => {
    let range = ranges.get(id);
    if (range === undefined) {
      range = { min: Infinity, max: -Infinity };
      ranges.set(id, range);
    }
    for (let i = 0; i < data.length; i++) {
      const value = data[i] as number;
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
    }
  };
  const [count] = records.shape;
  for (let index = 0; index < count; index++) {
    interpreter.invoke([recordAt(records, index)], observe);
    report.progress(index + 1, count, 'samples');
  }
  return ranges;
}
