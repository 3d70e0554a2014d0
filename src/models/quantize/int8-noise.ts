/** The noise that a quantized graph really makes at its judged values, on records. */

import { allocate, type TensorData, type TensorType } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { fromTensor, toTensor } from '../run/real-runner.ts';
import { judgedValues } from './judged-values.ts';

/** What the judged values are in float32, record after record. */
export type Reference = ReadonlyMap<ValueId, readonly Float32Array[]>;

export function referenceOf(float: Graph, records: RecordSource): Reference {
  const reference = new Map(judgedValues(float).map((id): [ValueId, Float32Array[]] => [id, []]));
  const interpreter = createInterpreter(float);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    interpreter.invoke([record], (id, data) => reference.get(id)?.push((data as Float32Array).slice()));
  }
  return reference;
}

/** The same of what integers stand for. */
export function referenceOfIntegers(float: Graph, int8: Graph, records: RecordSource): Reference {
  const reference = new Map(judgedValues(float).map((id): [ValueId, Float32Array[]] => [id, []]));
  run(int8, records, (id, type, data) => {
    const real = new Float32Array(data.length);
    fromTensor(type, data, real);
    reference.get(id)?.push(real);
  });
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

/** Every value of every record. */
function run(
  int8: Graph,
  records: RecordSource,
  see: (id: ValueId, type: TensorType, data: TensorData, index: number) => void,
): void {
  const interpreter = createInterpreter(int8);
  const { type } = getValue(int8, int8.inputs[0]);
  const record = new Float32Array(recordLengthOf(records));
  const steps = allocate(type.dtype, record.length);
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    toTensor(type, record, steps);
    interpreter.invoke([steps], (id, data) => see(id, getValue(int8, id).type, data, index));
  }
}

/** `reference` is of these records. */
export function noiseAgainst(reference: Reference, int8: Graph, records: RecordSource): RecordNoise {
  const signal = new Float64Array(records.count);
  const noise = new Float64Array(records.count);
  run(int8, records, (id, type, data, index) => {
    const expected = reference.get(id)?.[index];
    if (expected === undefined) return;
    signal[index] += expected.reduce((sum, value) => sum + value ** 2, 0);
    noise[index] += distanceFrom(expected, type, data);
  });
  return { signal, noise };
}

export function recordNoise(float: Graph, int8: Graph, records: RecordSource): RecordNoise {
  return noiseAgainst(referenceOf(float, records), int8, records);
}

/** Of all records together. `reference` may be of another graph that computes the same. */
export function int8Noise(int8: Graph, records: RecordSource, reference: Reference): number {
  return noiseAgainst(reference, int8, records).noise.reduce((sum, one) => sum + one, 0);
}
