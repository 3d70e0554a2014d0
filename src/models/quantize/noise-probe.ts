/** How much noise quantization makes at the end of a float32 graph: values rounded to their steps while it runs. */

import { QUANTIZED_LIMITS, type TensorData } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter, type Interpreter } from '../../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import type { IntegerType } from '../../passes/quantize/quantized-values.ts';
import { recordSplitter } from '../run/record-inputs.ts';
import type { Reference } from './int8-noise.ts';
import { judgedValues } from './judged-values.ts';

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

function runRecords(
  interpreter: Interpreter,
  records: RecordSource,
  run: (inputs: readonly Float32Array[], index: number) => void,
): void {
  const split = recordSplitter(interpreter.inputs);
  const record = new Float32Array(recordLengthOf(records));
  for (let index = 0; index < records.count; index++) {
    records.read(index, 1, record);
    run(split(record), index);
  }
}

/** A squared distance that grows. */
class Distance {
  #sum = 0;

  /** Infinity where rounding left no number: the inverse root of what became 0, times 0. */
  get sum(): number {
    return Number.isNaN(this.#sum) ? Infinity : this.#sum;
  }

  add(exact: Float32Array, data: Float32Array): void {
    let sum = this.#sum;
    for (let i = 0; i < data.length; i++) sum += (data[i] - exact[i]) ** 2;
    this.#sum = sum;
  }
}

/** How far a graph is from one that computes the same exactly, at its judged values, over the records. */
export function distanceOf(graph: Graph, exact: Reference, records: RecordSource): number {
  const distance = new Distance();
  const interpreter = createInterpreter(graph);
  runRecords(interpreter, records, (inputs, index) => {
    interpreter.invoke(inputs, (id, data) => {
      const expected = exact.get(id);
      if (expected !== undefined) distance.add(expected[index], data as Float32Array);
    });
  });
  return distance.sum;
}

/** What a graph computes at its judged values, and the squared distance from it that rounding makes. */
export interface RoundingNoise {
  readonly exact: Reference;
  /** Of each set of values that are rounded, alone. */
  readonly noise: readonly number[];
}

/** The index of the first node that makes one of them; −1 for inputs. */
function firstOf({ nodes }: Graph, rounded: RoundedValues): number {
  const makers = [...rounded.keys()].map((id) => nodes.findIndex(({ outputs }) => outputs.includes(id)));
  return Math.min(...makers);
}

/** Prepared once, since a graph of many operators takes longer to prepare than to run; and run from the first rounded value on. */
export function roundingNoise(
  graph: Graph,
  records: RecordSource,
  sets: readonly RoundedValues[],
): RoundingNoise {
  const exact = new Map(judgedValues(graph).map((id): [ValueId, Float32Array[]] => [id, []]));
  const parts = sets.map((rounded) => ({
    rounded,
    first: firstOf(graph, rounded),
    distance: new Distance(),
  }));
  const hasStates = [...graph.values.values()].some(({ state }) => state !== undefined);
  const interpreter = createInterpreter(graph, { keepsValues: !hasStates });
  const keep = (id: ValueId, data: TensorData): void => {
    exact.get(id)?.push((data as Float32Array).slice());
  };
  const measure =
    ({ rounded, distance }: (typeof parts)[number], index: number) =>
    (id: ValueId, data: TensorData): void => {
      const type = rounded.get(id);
      if (type !== undefined) roundToSteps(data as Float32Array, type);
      const expected = exact.get(id);
      if (expected !== undefined) distance.add(expected[index], data as Float32Array);
    };
  if (hasStates) {
    runRecords(interpreter, records, (inputs) => interpreter.invoke(inputs, keep));
    for (const part of parts) {
      interpreter.reset();
      runRecords(interpreter, records, (inputs, index) => interpreter.invoke(inputs, measure(part, index)));
    }
  } else {
    // Those behind first: what lies before them is still exact.
    const lastFirst = parts.toSorted((a, b) => b.first - a.first);
    runRecords(interpreter, records, (inputs, index) => {
      interpreter.invoke(inputs, keep);
      for (const part of lastFirst) {
        if (part.first < 0) interpreter.invoke(inputs, measure(part, index));
        else interpreter.resume(part.first, measure(part, index));
      }
    });
  }
  return { exact, noise: parts.map(({ distance }) => distance.sum) };
}
