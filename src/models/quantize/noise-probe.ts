/** How much noise quantization makes at the end of a float32 graph: values rounded to their steps while it runs. */

import { QUANTIZED_LIMITS } from '../../core/tensor.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import type { IntegerType } from '../../passes/quantize/quantized-values.ts';
import { recordSplitter } from '../run/record-inputs.ts';

/** Which values are rounded, and to which steps. */
export type RoundedValues = ReadonlyMap<ValueId, IntegerType>;

/** To what its integers stand for, in place. */
export function roundToSteps(data: Float32Array, { dtype, quant }: IntegerType): void {
  const { scale, zeroPoint } = quant;
  const low = QUANTIZED_LIMITS[dtype].min - zeroPoint;
  const high = QUANTIZED_LIMITS[dtype].max - zeroPoint;
  for (let i = 0; i < data.length; i++) {
    const steps = Math.round(data[i] / scale);
    data[i] = scale * (steps < low ? low : steps > high ? high : steps);
  }
}

/** What the judged values are over the records, one after another, with these values rounded. */
export type NoiseProbe = (rounded?: RoundedValues) => Float32Array;

const NOTHING: RoundedValues = new Map();

/** Prepared once, since a graph of many operators takes longer to prepare than to run. */
export function noiseProbe(graph: Graph, judged: readonly ValueId[], records: RecordSource): NoiseProbe {
  const interpreter = createInterpreter(graph);
  const split = recordSplitter(interpreter.inputs);
  const record = new Float32Array(recordLengthOf(records));
  return (rounded = NOTHING) => {
    interpreter.reset();
    const parts: Float32Array[] = [];
    for (let index = 0; index < records.count; index++) {
      records.read(index, 1, record);
      interpreter.invoke(split(record), (id, data) => {
        const type = rounded.get(id);
        if (type !== undefined) roundToSteps(data as Float32Array, type);
        if (judged.includes(id)) parts.push((data as Float32Array).slice());
      });
    }
    return joined(parts);
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}
