/** Real numbers through a model: quantized on the way in, dequantized on the way out. */

import { unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape, type TensorType } from '../../core/tensor.ts';
import { type FloatArray, recordLength } from '../../data/records/float-array.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph } from '../../ir/graph.ts';
import { type ModelEnds, modelEnds } from './model-ends.ts';
import { fromTensor } from './real-tensor.ts';
import { recordElements, recordQuantizer, recordSplitter } from './record-inputs.ts';

function soleTensor(types: readonly TensorType[], what: string): TensorType {
  if (types.length !== 1) {
    throw unsupportedError('one-tensor', `The model has ${types.length} ${what}s, and one is asked for here`);
  }
  return types[0];
}

/** Without the batch of 1. */
export function recordShape({ shape }: TensorType): Shape {
  return shape[0] === 1 ? shape.slice(1) : shape;
}

/** Throws `one-tensor` (unsupported) for models of several outputs. */
export function requireOneOutput(graph: Graph): TensorType {
  return soleTensor(modelEnds(graph).outputs, 'output');
}

/** What goes in and what comes out of a model that has one of each. */
export interface RealSignature {
  readonly input: TensorType;
  readonly output: TensorType;
  /** The output's without its batch of 1. */
  readonly outputShape: Shape;
}

/** Throws `one-tensor` (unsupported) for models of several inputs or outputs. */
export function realSignature(graph: Graph): RealSignature {
  const { inputs, outputs } = modelEnds(graph);
  const input = soleTensor(inputs, 'input');
  const output = soleTensor(outputs, 'output');
  return { input, output, outputShape: recordShape(output) };
}

/** Refuses records of another size than that of the model's inputs together. */
export function checkRecordLength({ inputs }: Pick<ModelEnds, 'inputs'>, length: number): void {
  const wanted = recordElements(inputs);
  if (length === wanted) return;
  const shapes = inputs.map(({ shape }) => formatShape(shape)).join(', ');
  throw unsupportedError(
    'record-size',
    `A record has ${counted(length, 'value')}, but the model's ${inputs.length === 1 ? `input ${shapes} takes` : `inputs ${shapes} take`} ${wanted}`,
    inputs.length === 1
      ? 'Give one sample per row (first axis).'
      : 'Give a file for each input, by its name: --input NAME=x.npy,OTHER=z.npy.',
  );
}

/** Runs `rows` records that lie one after another; so do their results in `into`, of all outputs one after another. */
export type RealRunner = (records: Float32Array, rows: number, into: Float32Array) => void;

/** `resets`: every record finds the states as a reset leaves them. */
export function createRealRunner(graph: Graph, resets = false): RealRunner {
  const interpreter = createInterpreter(graph);
  const { inputs, outputs } = interpreter;
  const [inputLength, outputLength] = [recordElements(inputs), recordElements(outputs)];
  const quantize = recordQuantizer(inputs);
  const split = recordSplitter(outputs);
  return (records, rows, into) => {
    for (let row = 0; row < rows; row++) {
      if (resets) interpreter.reset();
      const results = interpreter.invoke(
        quantize(records.subarray(row * inputLength, (row + 1) * inputLength)),
      );
      const parts = split(into.subarray(row * outputLength, (row + 1) * outputLength));
      for (const [index, type] of outputs.entries()) fromTensor(type, results[index], parts[index]);
    }
  };
}

/**
 * Runs every record (axis 0) through a model with one output here and now; the result has shape [records, ...output without its
 * batch of 1].
 */
export function runReal(graph: Graph, records: FloatArray): FloatArray {
  const ends = modelEnds(graph);
  const output = requireOneOutput(graph);
  const [count] = records.shape;
  if (count > 0) checkRecordLength(ends, recordLength(records));
  const data = new Float32Array(count * elementCount(output.shape));
  createRealRunner(graph)(records.data, count, data);
  return { shape: [count, ...recordShape(output)], data };
}
