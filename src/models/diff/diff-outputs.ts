/** Two models on the same inputs: how far their outputs are apart, and the first operator whose bytes differ. */

import { attempt, unsupportedError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { sameQuant } from '../../core/quant-params.ts';
import { createRandom, type Random } from '../../core/random.ts';
import {
  allocate,
  elementCount,
  formatShape,
  sameShape,
  stepsOf,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type FloatArray, recordAt, recordLength } from '../../data/records/float-array.ts';
import { checkRecordAxes } from '../../data/records/records.ts';
import { createInterpreter, type Interpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { fromTensor, toTensor } from '../run/real-tensor.ts';
import { recordElements, recordSplitter } from '../run/record-inputs.ts';
import type { Alignment } from './align-operators.ts';

const SEED = 1;

export interface OutputDiff {
  readonly shape: readonly number[];
  /** Of the real numbers that the outputs stand for. */
  readonly maxDifference: number;
  readonly meanDifference: number;
  /** The first model's outputs against the second's distance from them, in dB; absent where that has no value. */
  readonly sqnrDb?: number;
  /** Records with any difference. */
  readonly differingRecords: number;
  /** Absent where the outputs have other types or scales, so that their bytes mean different things. */
  readonly differingBytes?: number;
  /** Bytes of the output in all records, where they are compared. */
  readonly comparedBytes?: number;
}

export interface DifferingLayer {
  /** Indices of the operator in the first and the second model. */
  readonly a: number;
  readonly b: number;
  readonly operator: string;
  readonly name: string;
  readonly differingRecords: number;
}

/** What two models gave for the same inputs. */
export interface RunDiff {
  readonly records: number;
  /** Where the inputs come from: a file, or drawn evenly between two numbers for each input. */
  readonly inputs: 'given' | readonly { readonly low: number; readonly high: number }[];
  readonly outputs: readonly OutputDiff[];
  /** Operators whose outputs have the same type in both models, so that their bytes can be compared. */
  readonly comparedLayers: number;
  readonly firstDifference?: DifferingLayer;
}

/** The range that the integers of an input can represent; unquantized inputs of both models get −1 to 1. */
function inputRange(a: TensorType, b: TensorType): { low: number; high: number } {
  for (const type of [a, b]) {
    const steps = stepsOf(type);
    if (steps === undefined) continue;
    const { scale, zeroPoint } = steps.quant;
    const { min, max } = steps.limits;
    return { low: scale * (min - zeroPoint), high: scale * (max - zeroPoint) };
  }
  return { low: -1, high: 1 };
}

function checkShapes(what: string, a: readonly TensorType[], b: readonly TensorType[]): void {
  const text = (types: readonly TensorType[]): string =>
    types.map(({ shape }) => formatShape(shape)).join(', ');
  if (a.length === b.length && a.every(({ shape }, index) => sameShape(shape, b[index].shape))) return;
  throw unsupportedError('other-shapes', `the ${what}s have the shapes ${text(a)} and ${text(b)}`);
}

function checkRecords(records: FloatArray, inputs: readonly TensorType[]): void {
  const length = recordElements(inputs);
  if (records.shape[0] > 0 && recordLength(records) === length) {
    if (inputs.length === 1) checkRecordAxes(records.shape.slice(1), inputs[0].shape);
    return;
  }
  const shapes = inputs.map(({ shape }) => formatShape(shape)).join(', ');
  throw usageError(
    'record-size',
    `The records of --input do not have the ${counted(length, 'value')} that the models' ${inputs.length === 1 ? `input ${shapes} takes` : `inputs ${shapes} take`}`,
    'Give one sample per row (first axis).',
  );
}

interface Running {
  readonly interpreter: Interpreter;
  readonly staging: readonly TensorData[];
  /** What each value last was; the arrays are the interpreter's own. */
  readonly values: Map<ValueId, TensorData>;
}

function start(graph: Graph): Running {
  const interpreter = createInterpreter(graph, { keepsValues: true });
  const staging = interpreter.inputs.map(
    ({ dtype, shape }) => allocate(dtype, elementCount(shape)) as TensorData,
  );
  return { interpreter, staging, values: new Map() };
}

function invoke(
  { interpreter, staging, values }: Running,
  inputs: readonly Float32Array[],
): readonly TensorData[] {
  for (const [index, type] of interpreter.inputs.entries()) toTensor(type, inputs[index], staging[index]);
  return interpreter.invoke(staging, (id, data) => values.set(id, data));
}

function countDifferences(a: TensorData, b: TensorData): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
  return count;
}

/** Bytes that differ; a and b have one type. */
function countBytes(a: TensorData, b: TensorData): number {
  const bytes = (data: TensorData) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return countDifferences(bytes(a), bytes(b));
}

function haveSameMeaning(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape) && sameQuant(a.quant, b.quant);
}

class OutputTally {
  readonly #a: TensorType;
  readonly #b: TensorType;
  readonly #realA: Float32Array;
  readonly #realB: Float32Array;
  readonly #comparesBytes: boolean;
  #max = 0;
  #sum = 0;
  #signal = 0;
  #noise = 0;
  #count = 0;
  #records = 0;
  #bytes = 0;
  #comparedBytes = 0;

  constructor(a: TensorType, b: TensorType) {
    this.#a = a;
    this.#b = b;
    this.#realA = new Float32Array(elementCount(a.shape));
    this.#realB = new Float32Array(elementCount(b.shape));
    this.#comparesBytes = haveSameMeaning(a, b);
  }

  add(a: TensorData, b: TensorData): void {
    fromTensor(this.#a, a, this.#realA);
    fromTensor(this.#b, b, this.#realB);
    let differs = false;
    for (const [index, x] of this.#realA.entries()) {
      const y = this.#realB[index];
      differs ||= !Object.is(x, y);
      const distance = Math.abs(x - y);
      this.#max = Math.max(this.#max, distance);
      this.#sum += distance;
      this.#signal += x ** 2;
      this.#noise += distance ** 2;
    }
    this.#count += a.length;
    if (differs) this.#records++;
    if (!this.#comparesBytes) return;
    this.#bytes += countBytes(a, b);
    this.#comparedBytes += a.byteLength;
  }

  result(): OutputDiff {
    const sqnrDb = 10 * Math.log10(this.#signal / this.#noise);
    return {
      shape: this.#a.shape,
      maxDifference: this.#max,
      meanDifference: this.#sum / this.#count,
      ...(Number.isFinite(sqnrDb) ? { sqnrDb } : {}),
      differingRecords: this.#records,
      ...(this.#comparesBytes ? { differingBytes: this.#bytes, comparedBytes: this.#comparedBytes } : {}),
    };
  }
}

/** An operator of both models whose first output can be compared byte for byte. */
interface Layer {
  readonly a: number;
  readonly b: number;
  readonly outputA: ValueId;
  readonly outputB: ValueId;
  differingRecords: number;
}

function comparableLayers(a: Graph, b: Graph, alignment: readonly Alignment[]): Layer[] {
  return alignment.flatMap(({ a: indexA, b: indexB }) => {
    if (indexA === undefined || indexB === undefined) return [];
    const [outputA] = a.nodes[indexA].outputs;
    const [outputB] = b.nodes[indexB].outputs;
    if (!haveSameMeaning(getValue(a, outputA).type, getValue(b, outputB).type)) return [];
    return [{ a: indexA, b: indexB, outputA, outputB, differingRecords: 0 }];
  });
}

function createRecords(
  records: FloatArray | number,
  inputs: readonly TensorType[],
  ranges: readonly { low: number; high: number }[],
): { readonly count: number; record(index: number): readonly Float32Array[] } {
  if (typeof records !== 'number') {
    const split = recordSplitter(inputs);
    return { count: records.shape[0], record: (index) => split(recordAt(records, index)) };
  }
  const random: Random = createRandom(SEED, 'diff');
  const draw = ({ shape }: TensorType, { low, high }: { low: number; high: number }): Float32Array =>
    Float32Array.from({ length: elementCount(shape) }, () => low + (high - low) * random.uniform());
  return {
    count: records,
    record: () => inputs.map((type, index) => draw(type, ranges[index])),
  };
}

function run(a: Graph, b: Graph, alignment: readonly Alignment[], given: FloatArray | number): RunDiff {
  const [runA, runB] = [start(a), start(b)];
  const { inputs, outputs } = runA.interpreter;
  checkShapes('input', inputs, runB.interpreter.inputs);
  checkShapes('output', outputs, runB.interpreter.outputs);
  if (typeof given !== 'number') checkRecords(given, inputs);
  const ranges = inputs.map((type, index) => inputRange(type, runB.interpreter.inputs[index]));
  const tallies = outputs.map((type, index) => new OutputTally(type, runB.interpreter.outputs[index]));
  const layers = comparableLayers(a, b, alignment);
  const { count, record } = createRecords(given, inputs, ranges);
  for (let index = 0; index < count; index++) {
    const values = record(index);
    const [resultsA, resultsB] = [invoke(runA, values), invoke(runB, values)];
    for (const [place, tally] of tallies.entries()) tally.add(resultsA[place], resultsB[place]);
    for (const layer of layers) {
      const from = runA.values.get(layer.outputA) as TensorData;
      const to = runB.values.get(layer.outputB) as TensorData;
      if (countDifferences(from, to) > 0) layer.differingRecords++;
    }
  }
  const first = layers.find(({ differingRecords }) => differingRecords > 0);
  return {
    records: count,
    inputs: typeof given === 'number' ? ranges : 'given',
    outputs: tallies.map((tally) => tally.result()),
    comparedLayers: layers.length,
    ...(first === undefined
      ? {}
      : {
          firstDifference: {
            a: first.a,
            b: first.b,
            operator: a.nodes[first.a].kind.toUpperCase(),
            name: a.nodes[first.a].name,
            differingRecords: first.differingRecords,
          },
        }),
  };
}

/**
 * Runs both on `records`, or on that many random ones. Returns why not, as a phrase, where a model is not computed or the shapes
 * do not agree; throws usage errors for records that do not fit.
 */
export function diffOutputs(
  a: Graph,
  b: Graph,
  alignment: readonly Alignment[],
  records: FloatArray | number,
): RunDiff | { readonly notRun: string } {
  const result = attempt(() => run(a, b, alignment, records));
  return 'refusal' in result ? { notRun: result.refusal } : result.value;
}
