/** A `.tflite` file run on records: real numbers, or raw bytes exactly as the device sees them. */

import { inputError } from '../core/errors.ts';
import { bytesOf, dataFromBytes, tensorBytes } from '../core/tensor.ts';
import { readTflite } from '../formats/tflite/read.ts';
import { createInterpreter } from '../interpreter/interpreter.ts';
import type { FloatArray } from './dataset-reader.ts';
import { runReal } from './model-runner.ts';

/** Real numbers, one sample per index of axis 0. */
export function predictReal(model: Uint8Array, records: FloatArray): FloatArray {
  return runReal(readTflite(model).graph, records);
}

/**
 * Records one after another without a header: the little-endian bytes of every input tensor in the order of the
 * model's inputs. The result holds the output tensors in the same way.
 */
export function predictRaw(model: Uint8Array, records: Uint8Array): Uint8Array {
  const interpreter = createInterpreter(readTflite(model).graph);
  const recordBytes = interpreter.inputs.reduce((sum, type) => sum + tensorBytes(type), 0);
  const resultBytes = interpreter.outputs.reduce((sum, type) => sum + tensorBytes(type), 0);
  if (records.length % recordBytes !== 0) {
    throw inputError(
      'record-size',
      `The raw input has ${records.length} bytes, which is no multiple of the ${recordBytes} bytes of one record`,
      'A record is the bytes of all input tensors one after another; see "tinyml inspect".',
    );
  }
  const count = records.length / recordBytes;
  const results = new Uint8Array(count * resultBytes);
  let read = 0;
  let written = 0;
  for (let index = 0; index < count; index++) {
    const inputs = interpreter.inputs.map((type) => {
      const end = read + tensorBytes(type);
      const data = dataFromBytes(type.dtype, records.subarray(read, end));
      read = end;
      return data;
    });
    for (const output of interpreter.invoke(inputs)) {
      results.set(bytesOf(output), written);
      written += output.byteLength;
    }
  }
  return results;
}
