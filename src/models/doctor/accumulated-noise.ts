/** Signal to noise of every activation as the int8 graph really computes it, with all that came before. */

import type { TensorData } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { realOf, squaredDistance } from '../quantize/int8-noise.ts';
import { settler } from '../quantize/judged-values.ts';
import { recordQuantizer, recordSplitter } from '../run/record-inputs.ts';
import type { Noise } from './decibels.ts';

/** Of `ids`, which both graphs have. */
export function accumulatedNoise(
  float: Graph,
  int8: Graph,
  ids: ReadonlySet<ValueId>,
  records: RecordSource,
): ReadonlyMap<ValueId, Noise> {
  const sums = new Map<ValueId, { signal: number; noise: number }>();
  const floatRun = createInterpreter(float, { keepsValues: true });
  const int8Run = createInterpreter(int8);
  const split = recordSplitter(floatRun.inputs);
  const quantize = recordQuantizer(int8Run.inputs);
  const record = new Float32Array(recordLengthOf(records));
  const settle = settler(float);
  const values = new Map<ValueId, TensorData>();
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    floatRun.invoke(split(record), (id, data) => values.set(id, data));
    int8Run.invoke(quantize(record), (id, data) => {
      if (!ids.has(id)) return;
      const expected = settle(id, values.get(id) as Float32Array);
      const sum = sums.get(id) ?? { signal: 0, noise: 0 };
      sums.set(id, sum);
      sum.signal += expected.reduce((all, value) => all + value ** 2, 0);
      sum.noise += squaredDistance(settle(id, realOf(getValue(int8, id).type, data)), expected);
    });
  }
  return sums;
}
