/** The noise that a quantized graph really makes at its judged values, on records. */

import { allocate, type TensorData, type TensorType } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { fromTensor, toTensor } from '../run/real-runner.ts';
import { judgedValues } from './judged-values.ts';

/** What the judged values are in float32, record after record. */
export type Reference = ReadonlyMap<ValueId, readonly Float32Array[]>;

/** Of the judged values of `int8` that `float` has too: values that limits of int8 made needless are not there. */
export function referenceOf(float: Graph, int8: Graph, records: RecordSource): Reference {
  const judged = judgedValues(int8).filter((id) => float.values.has(id));
  const reference = new Map(judged.map((id): [ValueId, Float32Array[]] => [id, []]));
  const interpreter = createInterpreter(float);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    interpreter.invoke([record], (id, data) => reference.get(id)?.push((data as Float32Array).slice()));
  }
  return reference;
}

/** The squared distance of real numbers, and of what steps stand for. */
export function distanceFrom(reference: Float32Array, type: TensorType, data: TensorData): number {
  const real = new Float32Array(reference.length);
  fromTensor(type, data, real);
  let sum = 0;
  for (let i = 0; i < real.length; i++) sum += (real[i] - reference[i]) ** 2;
  return sum;
}

/** Of each record, over its judged values: the squares of what float32 has, and of how far int8 is from it. */
export interface RecordNoise {
  readonly signal: Float64Array;
  readonly noise: Float64Array;
}

export function recordNoise(float: Graph, int8: Graph, records: RecordSource): RecordNoise {
  const reference = referenceOf(float, int8, records);
  const interpreter = createInterpreter(int8);
  const { type } = getValue(int8, int8.inputs[0]);
  const record = new Float32Array(recordLengthOf(records));
  const steps = allocate(type.dtype, record.length);
  const signal = new Float64Array(records.count);
  const noise = new Float64Array(records.count);
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    toTensor(type, record, steps);
    interpreter.invoke([steps], (id, data) => {
      const expected = reference.get(id)?.[index];
      if (expected === undefined) return;
      signal[index] += expected.reduce((sum, value) => sum + value ** 2, 0);
      noise[index] += distanceFrom(expected, getValue(int8, id).type, data);
    });
  }
  return { signal, noise };
}

/** Of all records together. */
export function int8Noise(float: Graph, int8: Graph, records: RecordSource): number {
  return recordNoise(float, int8, records).noise.reduce((sum, one) => sum + one, 0);
}
