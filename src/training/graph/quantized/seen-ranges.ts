/** Between which values the activations of a float32 graph stay, over samples. */

import { elementCount } from '../../../core/tensor.ts';
import { createInterpreter } from '../../../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../../ir/graph.ts';
import { type Range, rangeOf } from '../../../passes/quantize/parameters.ts';
import type { SampleRows } from '../../samples/sample-rows.ts';

/** At equal distances, at most `most` of them; all where there are fewer. */
export function seenRanges(graph: Graph, x: SampleRows, most: number): ReadonlyMap<ValueId, Range> {
  const count = Math.min(most, x.count);
  const interpreter = createInterpreter(graph);
  const record = new Float32Array(elementCount(x.shape));
  const ranges = new Map<ValueId, Range>();
  for (let index = 0; index < count; index++) {
    x.read(Math.floor((index * x.count) / count), 1, record);
    interpreter.invoke([record], (id, data) => {
      const { min, max } = rangeOf(data as Float32Array);
      const known = ranges.get(id);
      ranges.set(id, {
        min: Math.min(min, known?.min ?? Infinity),
        max: Math.max(max, known?.max ?? -Infinity),
      });
    });
  }
  return ranges;
}
