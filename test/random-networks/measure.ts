/** A random network as int8: what TensorFlow Lite makes of the written file, and how far all are from float. */

import { elementCount } from '../../src/core/tensor.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { runReal } from '../../src/models/run/real-runner.ts';
import { fromTensor, toTensor } from '../../src/models/run/real-tensor.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import type { Runtime } from '../runtime/tflite-runtime.ts';
import type { RandomNetwork } from './random-network.ts';
import { plainQuantization } from './reference.ts';

export interface NetworkMeasure {
  /** The `.tflite` file. */
  readonly bytes: Uint8Array;
  /** Largest value of the float outputs; at 0 there is nothing to be near to. */
  readonly largest: number;
  /** int8 as tinyml and TFLM compute it, against float, in dB; as everywhere below. */
  readonly ours: number;
  /** Plain quantization by TensorFlow's rules. */
  readonly plain: number;
  /** The same file in TensorFlow Lite, where that is installed and new enough. */
  readonly theirs?: number;
  /** The largest difference between that and ours, in steps of the output. */
  readonly steps?: number;
}

/** The int8 outputs of every record: ours, and those of TensorFlow Lite for the same input bytes. */
function runBoth(graph: Graph, bytes: Uint8Array, records: Float32Array, runtime: Runtime | undefined) {
  const interpreter = createInterpreter(graph);
  const [input, output] = [interpreter.inputs[0], interpreter.outputs[0]];
  const length = elementCount(input.shape);
  const theirs = runtime?.ok ? runtime.open(bytes) : undefined;
  const results: { readonly ours: Int8Array; readonly theirs?: Int8Array }[] = [];
  try {
    for (let start = 0; start < records.length; start += length) {
      const record = new Int8Array(length);
      toTensor(input, records.subarray(start, start + length), record);
      theirs?.setInputs([new Uint8Array(record.buffer)]);
      theirs?.invoke();
      const ours = Int8Array.from(interpreter.invoke([record])[0] as Int8Array);
      const [other] = theirs?.outputs() ?? [];
      results.push(other === undefined ? { ours } : { ours, theirs: Int8Array.from(other) });
    }
  } finally {
    theirs?.close();
  }
  const real = (data: Int8Array): Float32Array => {
    const values = new Float32Array(data.length);
    fromTensor(output, data, values);
    return values;
  };
  return { results, real };
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => Array.from(array)));
}

/** TFLM does not look at versions; TensorFlow Lite 2.9 does, and has no convolution of groups. */
function isTooNew(bytes: Uint8Array): boolean {
  const [{ operators }] = readOutline(bytes).outline.subgraphs;
  return operators.some(({ name, version }) => name === 'CONV_2D' && version > 5);
}

/** Throws what tinyml or TensorFlow Lite refuse. */
export async function measureNetwork(
  { model, calibration, test }: RandomNetwork,
  runtime: Runtime,
): Promise<NetworkMeasure> {
  const imported = importKeras(model);
  const { data: expected } = runReal(imported, test);
  const { bytes } = await convertModel(imported, { calibration: arrayRecords(calibration) });
  const { graph } = readTflite(bytes);
  if (getValue(graph, graph.outputs[0]).type.dtype !== 'int8') throw new Error('the output is not int8');
  const { results, real } = runBoth(graph, bytes, test.data, isTooNew(bytes) ? undefined : runtime);
  const plain = await plainQuantization(imported, calibration, test);
  const measure = {
    bytes,
    largest: expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    ours: sqnr(joined(results.map(({ ours }) => real(ours))), expected),
    plain: sqnr(plain, expected),
  };
  const theirs = results.flatMap((result) => result.theirs ?? []);
  if (theirs.length === 0) return measure;
  const steps = results.flatMap(({ ours }, record) =>
    Array.from(ours, (value, index) => Math.abs(value - theirs[record][index])),
  );
  return { ...measure, theirs: sqnr(joined(theirs.map(real)), expected), steps: Math.max(...steps) };
}
