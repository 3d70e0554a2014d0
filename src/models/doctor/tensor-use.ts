/** How records fill the int8 ranges of activations. */

import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import { representedRange } from '../../passes/quantize/parameters.ts';
import { recordSplitter } from '../run/record-inputs.ts';

export interface TensorUse {
  /** Of the values, that lie beyond half a step outside of the range. */
  readonly clippedShare: number;
  /** Of the range, where no value lies: at its two ends. */
  readonly unusedShare: number;
  /** How far values go outside of the range, in widths of it. */
  readonly beyond: number;
}

interface Tally {
  min: number;
  max: number;
  clipped: number;
  count: number;
}

export function tensorUse(
  float: Graph,
  quants: ReadonlyMap<ValueId, PerTensorQuant>,
  records: RecordSource,
): ReadonlyMap<ValueId, TensorUse> {
  const tallies = new Map<ValueId, Tally>();
  for (const id of quants.keys()) tallies.set(id, { min: Infinity, max: -Infinity, clipped: 0, count: 0 });
  const interpreter = createInterpreter(float);
  const split = recordSplitter(interpreter.inputs);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    interpreter.invoke(split(record), (id, data) => {
      const quant = quants.get(id);
      const tally = tallies.get(id);
      if (quant === undefined || tally === undefined) return;
      const { min, max } = representedRange(quant, 'int8');
      const half = quant.scale / 2;
      for (let i = 0; i < data.length; i++) {
        const value = data[i] as number;
        tally.min = Math.min(tally.min, value);
        tally.max = Math.max(tally.max, value);
        if (value < min - half || value > max + half) tally.clipped++;
      }
      tally.count += data.length;
    });
  }
  return new Map(
    [...tallies].map(([id, tally]): [ValueId, TensorUse] => {
      const { min, max } = representedRange(quants.get(id) as PerTensorQuant, 'int8');
      const width = max - min;
      const used = Math.max(0, Math.min(max, tally.max) - Math.max(min, tally.min));
      return [
        id,
        {
          clippedShare: tally.count === 0 ? 0 : tally.clipped / tally.count,
          unusedShare: 1 - used / width,
          beyond: Math.max(0, tally.max - max, min - tally.min) / width,
        },
      ];
    }),
  );
}
