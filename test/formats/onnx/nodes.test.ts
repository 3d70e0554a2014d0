/** The operator cases of ONNX's own suite, each a model of one operator with recorded inputs and outputs. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Shape, TensorData } from '../../../src/core/tensor.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { TENSOR } from '../../../src/formats/onnx/messages.ts';
import { readTensor } from '../../../src/formats/onnx/tensor.ts';
import { readMessage } from '../../../src/formats/protobuf/message.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { writeMessage } from '../protobuf/write-message.ts';
import { COMPUTED_INPUTS, REFUSED } from './node-cases.ts';

interface NodeCase {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly { readonly name: string }[];
}

const folder = sharedPath('import', 'onnx-nodes');
/** Of the largest recorded value. */
const TOLERANCE = 1e-5;

const cases: readonly NodeCase[] =
  folder === undefined ? [] : JSON.parse(readFileSync(`${folder}/index.json`, 'utf8'));

function isRefused({ name }: Pick<NodeCase, 'name'>): boolean {
  return Object.hasOwn(REFUSED, name);
}

function tensorBytes({ name }: NodeCase, file: string): Uint8Array {
  return readFileSync(`${folder}/${name}/${file}.pb`);
}

function tensorOf(test: NodeCase, file: string) {
  return readTensor(readMessage(tensorBytes(test, file), TENSOR), () => new Uint8Array());
}

/** Whether the chip gets the input at every inference; the others are what a file has as constants. */
function isComputed({ op }: NodeCase, position: number): boolean {
  return position < (COMPUTED_INPUTS[op] ?? 1);
}

/** With the inputs that are no data made constants: a message that comes again in the file is read into the first. */
function modelBytes(test: NodeCase): Uint8Array {
  const constants = test.inputs.flatMap(({ name }, position) => {
    if (isComputed(test, position)) return [];
    const tensor = Buffer.concat([tensorBytes(test, `input_${position}`), writeMessage([[8, name]])]);
    return [writeMessage([[7, writeMessage([[5, tensor]])]])];
  });
  return Buffer.concat([readFileSync(`${folder}/${test.name}/model.onnx`), ...constants]);
}

function numbers(data: TensorData): number[] {
  return Array.from(data, Number);
}

/** Of the largest value, and exactly where it is not finite. */
function worstOf(results: readonly number[], expected: readonly number[]): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return results.reduce((worst, value, at) => {
    const distance = Object.is(value, expected[at]) ? 0 : Math.abs(value - expected[at]);
    return Math.max(worst, distance / (largest || 1));
  }, 0);
}

interface Result {
  readonly shape: Shape;
  readonly values: readonly number[];
}

function read(test: NodeCase): Promise<Graph> {
  return readModel(modelBytes(test), { name: test.name, keepLayout: true });
}

async function computed(test: NodeCase): Promise<readonly Result[]> {
  const graph = await read(test);
  const inputs = test.inputs.flatMap((_, position) =>
    isComputed(test, position) ? [tensorOf(test, `input_${position}`).data] : [],
  );
  const results = createInterpreter(graph).invoke(inputs);
  return graph.outputs.map((id, index) => ({
    shape: getValue(graph, id).type.shape,
    values: numbers(results[index]),
  }));
}

async function expectRecorded(test: NodeCase): Promise<void> {
  const results = await computed(test);
  for (const [index, { shape, values }] of results.entries()) {
    const expected = tensorOf(test, `output_${index}`);
    expect(shape).toEqual(expected.type.shape);
    expect(worstOf(values, numbers(expected.data))).toBeLessThanOrEqual(TOLERANCE);
  }
}

describe.skipIf(folder === undefined)(`recorded operators (${NO_SHARED})`, () => {
  it.each(cases.filter((test) => !isRefused(test)))('$name gives the recorded outputs', expectRecorded);

  it.each(cases.filter(isRefused))('$name is refused', async (test) => {
    await expect(read(test)).rejects.toMatchObject({
      kind: expect.stringMatching(/^(unsupported|input)$/),
      message: expect.stringContaining(REFUSED[test.name]),
    });
  });
});
