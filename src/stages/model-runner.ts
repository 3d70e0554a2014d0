/** Real numbers through a model with one input and one output: quantized on the way in, dequantized on the way out. */

import { unsupportedError } from '../core/errors.ts';
import { formatShape, type TensorData, type TensorType } from '../core/tensor.ts';
import { createInterpreter } from '../interpreter/interpreter.ts';
import type { Graph } from '../ir/graph.ts';
import { quantizeValue } from '../kernels/int8/quantize.ts';
import type { FloatArray } from './dataset-reader.ts';

function soleTensor(types: readonly TensorType[], what: string): TensorType {
  if (types.length !== 1) {
    throw unsupportedError(
      'one-tensor',
      `The model has ${types.length} ${what}s; real numbers go through models with one`,
    );
  }
  return types[0];
}

/** Real numbers as a float32 or int8 tensor takes them. */
export function toTensor(type: TensorType, values: Float32Array, into: TensorData): void {
  if (type.dtype === 'float32') {
    (into as Float32Array).set(values);
    return;
  }
  const { quant } = type;
  if (type.dtype !== 'int8' || quant?.scheme !== 'per-tensor') {
    throw unsupportedError(
      'real-input',
      `The model's input is ${type.dtype} without scale and zero point`,
      'Use --raw-input.',
    );
  }
  for (let i = 0; i < values.length; i++) {
    (into as Int8Array)[i] = quantizeValue(values[i], quant.scale, quant.zeroPoint);
  }
}

/** The real numbers of a float32 or int8 tensor. */
export function fromTensor(type: TensorType, data: TensorData, into: Float32Array): void {
  if (type.dtype === 'float32') {
    into.set(data as Float32Array);
    return;
  }
  const { quant } = type;
  if (type.dtype !== 'int8' || quant?.scheme !== 'per-tensor') {
    throw unsupportedError(
      'real-output',
      `The model's output is ${type.dtype} without scale and zero point`,
      'Use --raw-output.',
    );
  }
  for (let i = 0; i < into.length; i++) into[i] = quant.scale * ((data as Int8Array)[i] - quant.zeroPoint);
}

/** Runs every record (axis 0); the result has shape [records, ...output without its batch of 1]. */
export function runReal(graph: Graph, records: FloatArray): FloatArray {
  const interpreter = createInterpreter(graph);
  const inputType = soleTensor(interpreter.inputs, 'input');
  const outputType = soleTensor(interpreter.outputs, 'output');
  const count = records.shape[0];
  const inputLength = inputType.shape.reduce((product, dimension) => product * dimension, 1);
  const outputLength = outputType.shape.reduce((product, dimension) => product * dimension, 1);
  if (records.data.length !== count * inputLength) {
    throw unsupportedError(
      'record-size',
      `A record has ${records.data.length / count} values, but the model's input ${formatShape(inputType.shape)} takes ${inputLength}`,
      'Give one sample per row (first axis).',
    );
  }
  const staging: TensorData =
    inputType.dtype === 'float32' ? new Float32Array(inputLength) : new Int8Array(inputLength);
  const results = new Float32Array(count * outputLength);
  for (let index = 0; index < count; index++) {
    toTensor(inputType, records.data.subarray(index * inputLength, (index + 1) * inputLength), staging);
    const [output] = interpreter.invoke([staging]);
    fromTensor(outputType, output, results.subarray(index * outputLength, (index + 1) * outputLength));
  }
  const outputShape = outputType.shape[0] === 1 ? outputType.shape.slice(1) : outputType.shape;
  return { shape: [count, ...outputShape], data: results };
}
