/** What TensorFlow Lite Micro recorded, as graphs with the bytes that their C has to give. */

import { readFileSync } from 'node:fs';
import {
  dataFromBytes,
  elementCount,
  type TensorData,
  type TensorType,
  tensorBytes,
} from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue, isStateful } from '../../src/ir/graph.ts';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { fateOf, type RecordedSet } from '../conformance/recorded.ts';
import { sharedPath } from '../shared.ts';
import type { Comparison, Inference } from './many-graphs.ts';

export interface GoldenCase extends Comparison {
  readonly name: string;
}

/** Elements of inputs and outputs that are compared at most, which keeps programs short; at least one record. */
const MOST_ELEMENTS = 30_000;

/** The tensors of one record, and the bytes behind it. */
function takeRecord(bytes: Uint8Array, types: readonly TensorType[]): [TensorData[], Uint8Array] {
  let rest = bytes;
  const tensors = types.map((type) => {
    const size = tensorBytes(type);
    const data = dataFromBytes(type.dtype, rest.subarray(0, size));
    rest = rest.subarray(size);
    return data;
  });
  return [tensors, rest];
}

interface Recorded {
  readonly inputs: Uint8Array;
  readonly outputs: Uint8Array;
  /** The same from states that are reset before each record. */
  readonly outputsAfterReset?: Uint8Array;
}

/**
 * Integers as they were recorded. Real numbers as the interpreter computes them, which is held against the recorded ones with
 * a tolerance elsewhere; bytes of libraries on other machines are no promise of ours.
 */
function inferencesOf(graph: Graph, recorded: Recorded): Inference[] {
  const types = (ids: Graph['inputs']): TensorType[] => ids.map((id) => getValue(graph, id).type);
  const [inputTypes, outputTypes] = [types(graph.inputs), types(graph.outputs)];
  const elements = [...inputTypes, ...outputTypes].reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const most = Math.max(1, Math.floor(MOST_ELEMENTS / elements));
  const interpreter = createInterpreter(graph, { kernels: 'plain' });
  const passes = [
    { outputs: recorded.outputs, resets: false },
    ...(recorded.outputsAfterReset === undefined
      ? []
      : [{ outputs: recorded.outputsAfterReset, resets: true }]),
  ];
  return passes.flatMap(({ outputs, resets }) => {
    const inferences: Inference[] = [];
    let [inputRest, outputRest] = [recorded.inputs, outputs];
    while (inputRest.length > 0 && inferences.length < most) {
      const [inputs, nextInput] = takeRecord(inputRest, inputTypes);
      const [golden, nextOutput] = takeRecord(outputRest, outputTypes);
      if (resets) interpreter.reset();
      const computed = interpreter.invoke(inputs).map((data) => data.slice() as TensorData);
      const expected = golden.map((data, index) => (data instanceof Float32Array ? computed[index] : data));
      inferences.push({ inputs, expected, resets });
      [inputRest, outputRest] = [nextInput, nextOutput];
    }
    return inferences;
  });
}

/** Operators of a recorded set that are computed, one a model. */
export function goldenOperators(set: RecordedSet): GoldenCase[] {
  return set.cases
    .filter((recorded) => fateOf(recorded) === 'equal')
    .map(({ name }) => {
      const at = (suffix: string): Uint8Array =>
        new Uint8Array(readFileSync(`${set.folder}/${name}${suffix}`));
      const { graph } = readTflmModel(at('.tflite'));
      const recorded = { inputs: at('.input.bin'), outputs: at('.output.bin') };
      const inferences = inferencesOf(
        graph,
        isStateful(graph) ? { ...recorded, outputsAfterReset: at('.output_reset.bin') } : recorded,
      );
      return { name, graph, inferences };
    });
}

/** Networks whose outputs are recorded in ../shared. */
export function goldenModels(names: readonly string[]): GoldenCase[] {
  return names.map((name) => {
    const at = (file: string): Uint8Array =>
      new Uint8Array(readFileSync(sharedPath('golden', 'models', name, file) as string));
    const { model } = JSON.parse(new TextDecoder().decode(at('facts.json'))) as { model: string };
    const { graph } = readTflmModel(new Uint8Array(readFileSync(sharedPath(model) as string)));
    const recorded = { inputs: at('input.bin'), outputs: at('output.bin') };
    const inferences = inferencesOf(
      graph,
      isStateful(graph) ? { ...recorded, outputsAfterReset: at('output_reset.bin') } : recorded,
    );
    return { name, graph, inferences };
  });
}
