/** Inputs for a self-test on the chip, and the outputs that tinyml's interpreter gives for them. */

import { unsupportedError } from '../../core/errors.ts';
import { createRandom, type Random } from '../../core/random.ts';
import {
  allocate,
  BYTE_LIMITS,
  type DType,
  elementCount,
  isByteDType,
  isQuantizedDType,
  QUANTIZED_LIMITS,
  type QuantizedDType,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type FloatArray, recordAt, recordLength } from '../../data/records/float-array.ts';
import { createInterpreter, type Interpreter } from '../../interpreter/interpreter.ts';
import type { Graph } from '../../ir/graph.ts';
import type { GoldenVector } from '../../targets/firmware/firmware.ts';
import { toTensor } from '../run/real-runner.ts';

export const DEFAULT_VECTORS = 8;
/** Without a wish, large models get fewer vectors: they lie in flash beside the model. */
const DEFAULT_VECTOR_BYTES = 128 * 1024;

function bytesOf(types: readonly TensorType[]): number {
  return types.reduce(
    (sum, { dtype, shape }) => sum + allocate(dtype, 0).BYTES_PER_ELEMENT * elementCount(shape),
    0,
  );
}

/** As many as fit in 128 KiB, at most eight, at least one; `types` are those of what is stored. */
export function defaultVectorCount(types: readonly TensorType[]): number {
  const fitting = Math.floor(DEFAULT_VECTOR_BYTES / bytesOf(types));
  return Math.min(DEFAULT_VECTORS, Math.max(1, fitting));
}

function vectorOf(interpreter: Interpreter, inputs: readonly TensorData[]): GoldenVector {
  return { inputs, outputs: interpreter.invoke(inputs).map((output) => output.slice()) };
}

/** Records spread evenly over the array, the first one among them. The model has one input, which takes a record. */
export function vectorsFromRecords(graph: Graph, records: FloatArray, count: number): GoldenVector[] {
  const interpreter = createInterpreter(graph);
  const [type] = interpreter.inputs;
  const wanted = Math.min(count, records.shape[0]);
  return Array.from({ length: wanted }, (_, index) => {
    const input = allocate(type.dtype, recordLength(records));
    toTensor(type, recordAt(records, Math.floor((index * records.shape[0]) / wanted)), input);
    return vectorOf(interpreter, [input]);
  });
}

function quantizedLimits(dtype: DType): (typeof QUANTIZED_LIMITS)[QuantizedDType] {
  if (isByteDType(dtype)) return BYTE_LIMITS[dtype];
  if (isQuantizedDType(dtype)) return QUANTIZED_LIMITS[dtype];
  throw unsupportedError(
    'vector-type',
    `The self-test's inputs are made up for float32 and quantized tensors, and the model's input is ${dtype}`,
  );
}

/** Zero, and both ends of the range: what saturates, saturates here. */
function extremes({ dtype, quant }: TensorType): readonly number[] {
  if (dtype === 'float32') return [0, -1, 1];
  const { min, max } = quantizedLimits(dtype);
  return [quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0, min, max];
}

function randomElement(dtype: DType, random: Random): number {
  if (dtype === 'float32') return random.normal();
  const { min, max } = quantizedLimits(dtype);
  return min + random.below(max - min + 1);
}

function randomInput(type: TensorType, index: number, random: Random): TensorData {
  const data = allocate(type.dtype, elementCount(type.shape)) as Int8Array;
  const extreme = extremes(type)[index];
  for (let i = 0; i < data.length; i++) data[i] = extreme ?? randomElement(type.dtype, random);
  return data;
}

/** Inputs for a model that nobody computes here: the same for the same seed, three constant ones, then random ones. */
export function randomInputs(types: readonly TensorType[], seed: number, count: number): GoldenVector[] {
  const random = createRandom(seed, 'golden vectors');
  return Array.from({ length: count }, (_, index) => ({
    inputs: types.map((type) => randomInput(type, index, random)),
    outputs: [],
  }));
}

/** The same inputs with the outputs for them. */
export function randomVectors(graph: Graph, seed: number, count: number): GoldenVector[] {
  const interpreter = createInterpreter(graph);
  return randomInputs(interpreter.inputs, seed, count).map(({ inputs }) => vectorOf(interpreter, inputs));
}
