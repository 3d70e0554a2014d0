/** Real numbers through a model with one input and one output: quantized on the way in, dequantized on the way out. */

import { unsupportedError } from '../../core/errors.ts';
import {
  allocate,
  elementCount,
  formatShape,
  type Shape,
  stepsOf,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type FloatArray, recordLength } from '../../data/records/float-array.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { dequantizeSteps, quantizeValue, type SteppedData } from '../../kernels/int8/quantize.ts';

function soleTensor(types: readonly TensorType[], what: string): TensorType {
  if (types.length !== 1) {
    throw unsupportedError(
      'one-tensor',
      `The model has ${types.length} ${what}s; real numbers go through models with one`,
    );
  }
  return types[0];
}

function withoutScale({ dtype, quant }: TensorType): string {
  return quant === undefined
    ? `${dtype} without scale and zero point`
    : `${dtype}, which stands for no real number here`;
}

/** Real numbers as a tensor of float32, or of integers with a scale, takes them. */
export function toTensor(type: TensorType, values: Float32Array, into: TensorData): void {
  if (type.dtype === 'float32') {
    (into as Float32Array).set(values);
    return;
  }
  const steps = stepsOf(type);
  if (steps === undefined) {
    throw unsupportedError('real-input', `The model's input is ${withoutScale(type)}`, 'Use --raw-input.');
  }
  const { scale, zeroPoint } = steps.quant;
  const integers = into as SteppedData;
  for (let i = 0; i < values.length; i++) {
    integers[i] = quantizeValue(values[i], scale, zeroPoint, steps.limits);
  }
}

/** The real numbers of a tensor of float32, or of integers with a scale. */
export function fromTensor(type: TensorType, data: TensorData, into: Float32Array): void {
  if (type.dtype === 'float32') {
    into.set(data as Float32Array);
    return;
  }
  const steps = stepsOf(type);
  if (steps === undefined) {
    throw unsupportedError('real-output', `The model's output is ${withoutScale(type)}`, 'Use --raw-output.');
  }
  dequantizeSteps(steps.quant.scale, steps.quant.zeroPoint, data as SteppedData, into);
}

/** What goes in and what comes out, one record at a time. */
export interface RealSignature {
  readonly input: TensorType;
  readonly output: TensorType;
  /** The output's without its batch of 1. */
  readonly outputShape: Shape;
}

/** Throws `one-tensor` (unsupported) for models of several inputs or outputs. */
export function realSignature(graph: Graph): RealSignature {
  const typesOf = (ids: readonly ValueId[]): TensorType[] => ids.map((id) => getValue(graph, id).type);
  const input = soleTensor(typesOf(graph.inputs), 'input');
  const output = soleTensor(typesOf(graph.outputs), 'output');
  return { input, output, outputShape: output.shape[0] === 1 ? output.shape.slice(1) : output.shape };
}

/** Refuses records of another size than the model's input. */
export function checkRecordLength({ input }: RealSignature, length: number): void {
  if (length === elementCount(input.shape)) return;
  throw unsupportedError(
    'record-size',
    `A record has ${length} values, but the model's input ${formatShape(input.shape)} takes ${elementCount(input.shape)}`,
    'Give one sample per row (first axis).',
  );
}

/** Runs `rows` records that lie one after another; so do their results in `into`. */
export type RealRunner = (records: Float32Array, rows: number, into: Float32Array) => void;

/** `resets`: every record finds the states as a reset leaves them. */
export function createRealRunner(graph: Graph, resets = false): RealRunner {
  const interpreter = createInterpreter(graph);
  const { input, output } = realSignature(graph);
  const [inputLength, outputLength] = [elementCount(input.shape), elementCount(output.shape)];
  const staging = allocate(input.dtype, inputLength);
  return (records, rows, into) => {
    for (let row = 0; row < rows; row++) {
      if (resets) interpreter.reset();
      toTensor(input, records.subarray(row * inputLength, (row + 1) * inputLength), staging);
      const [result] = interpreter.invoke([staging]);
      fromTensor(output, result, into.subarray(row * outputLength, (row + 1) * outputLength));
    }
  };
}

/** Runs every record (axis 0) here and now; the result has shape [records, ...output without its batch of 1]. */
export function runReal(graph: Graph, records: FloatArray): FloatArray {
  const signature = realSignature(graph);
  const [count] = records.shape;
  if (count > 0) checkRecordLength(signature, recordLength(records));
  const data = new Float32Array(count * elementCount(signature.output.shape));
  createRealRunner(graph)(records.data, count, data);
  return { shape: [count, ...signature.outputShape], data };
}
