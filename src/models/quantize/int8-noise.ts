/** The noise that a quantized graph really makes at its judged values, on records. */

import { type TensorData, type TensorType, tensorBytes } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { fromTensor } from '../run/real-tensor.ts';
import { recordQuantizer, recordSplitter } from '../run/record-inputs.ts';
import { judgedValues, type Settle, settler } from './judged-values.ts';

/** What the judged values are in float32, record after record. */
export type Reference = ReadonlyMap<ValueId, readonly Float32Array[]>;

/** Of one record. */
export function referenceBytes(float: Graph): number {
  return judgedValues(float).reduce((sum, id) => sum + tensorBytes(getValue(float, id).type), 0);
}

/** Computes the judged values of a record. */
function judgedRunner(float: Graph): (record: Float32Array) => ReadonlyMap<ValueId, Float32Array> {
  const judged = new Set(judgedValues(float));
  const interpreter = createInterpreter(float);
  const split = recordSplitter(interpreter.inputs);
  return (record) => {
    const values = new Map<ValueId, Float32Array>();
    interpreter.invoke(split(record), (id, data) => {
      if (judged.has(id)) values.set(id, (data as Float32Array).slice());
    });
    return values;
  };
}

export function referenceOf(float: Graph, records: RecordSource): Reference {
  const reference = new Map(judgedValues(float).map((id): [ValueId, Float32Array[]] => [id, []]));
  const run = judgedRunner(float);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    for (const [id, data] of run(record)) reference.get(id)?.push(data);
  }
  return reference;
}

/** The same of what integers stand for. */
export function referenceOfIntegers(float: Graph, int8: Graph, records: RecordSource): Reference {
  const reference = new Map(judgedValues(float).map((id): [ValueId, Float32Array[]] => [id, []]));
  runIntegers(int8, records, (id, type, data) => {
    reference.get(id)?.push(realOf(type, data));
  });
  return reference;
}

const squaresOf = (data: Float32Array): number => data.reduce((sum, value) => sum + value ** 2, 0);

/** Squares of each record, over its judged values as far as int8 tells them apart. */
export function recordSignal(float: Graph, records: RecordSource): Float64Array {
  const run = judgedRunner(float);
  const settle = settler(float);
  const record = new Float32Array(recordLengthOf(records));
  return Float64Array.from({ length: records.count }, (_, index) => {
    records.read(index, 1, record);
    return [...run(record)].reduce((sum, [id, data]) => sum + squaresOf(settle(id, data)), 0);
  });
}

/** Squares of how far real numbers are apart. */
export function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** What steps stand for. */
export function realOf(type: TensorType, data: TensorData): Float32Array {
  const real = new Float32Array(data.length);
  fromTensor(type, data, real);
  return real;
}

/** The squared distance of real numbers, and of what steps stand for. */
export function distanceFrom(reference: Float32Array, type: TensorType, data: TensorData): number {
  return squaredDistance(realOf(type, data), reference);
}

/** Of each record, over its judged values: the squares of what float32 has, and of how far int8 is from it. */
export interface RecordNoise {
  readonly signal: Float64Array;
  readonly noise: Float64Array;
}

/** Every value of every record; `begin` gets the record before them. */
function runIntegers(
  int8: Graph,
  records: RecordSource,
  see: (id: ValueId, type: TensorType, data: TensorData, index: number) => void,
  begin: (record: Float32Array) => void = () => {},
): void {
  const interpreter = createInterpreter(int8);
  const quantize = recordQuantizer(interpreter.inputs);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    begin(record);
    interpreter.invoke(quantize(record), (id, data) => see(id, getValue(int8, id).type, data, index));
  }
}

function noiseOver(
  int8: Graph,
  records: RecordSource,
  expectedOf: (id: ValueId, index: number) => Float32Array | undefined,
  begin?: (record: Float32Array) => void,
  settle: Settle = (_, data) => data,
): RecordNoise {
  const signal = new Float64Array(records.count);
  const noise = new Float64Array(records.count);
  const see = (id: ValueId, type: TensorType, data: TensorData, index: number): void => {
    const expected = expectedOf(id, index);
    if (expected === undefined) return;
    const settled = settle(id, expected);
    signal[index] += squaresOf(settled);
    noise[index] += squaredDistance(settle(id, realOf(type, data)), settled);
  };
  runIntegers(int8, records, see, begin);
  return { signal, noise };
}

/** `reference` is of these records. */
export function noiseAgainst(reference: Reference, int8: Graph, records: RecordSource): RecordNoise {
  return noiseOver(int8, records, (id, index) => reference.get(id)?.[index]);
}

/** Against float32, as far as int8 tells outputs apart, record after record: nothing is held of those before. */
export function recordNoise(float: Graph, int8: Graph, records: RecordSource): RecordNoise {
  const runFloat = judgedRunner(float);
  let expected: ReturnType<typeof runFloat> = new Map();
  const begin = (record: Float32Array): void => {
    expected = runFloat(record);
  };
  return noiseOver(int8, records, (id) => expected.get(id), begin, settler(float));
}

/** Of all records together. `reference` may be of another graph that computes the same. */
export function int8Noise(int8: Graph, records: RecordSource, reference: Reference): number {
  return noiseAgainst(reference, int8, records).noise.reduce((sum, one) => sum + one, 0);
}
