/** Models with several inputs or outputs. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { readNpy } from '../../../src/data/records/npy.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const input = (name: string, units: number) => ({
  class_name: 'InputLayer',
  name,
  config: { name, batch_input_shape: [null, units] },
  inbound_nodes: [],
});
const layer = (class_name: string, name: string, from: readonly string[]) => ({
  class_name,
  name,
  config: { name },
  inbound_nodes: [from.map((other) => [other, 0, 0, {}])],
});

function model(
  outputs: readonly string[],
  layers = [layer('Add', 'sum', ['a', 'b']), layer('Multiply', 'product', ['b', 'a'])],
) {
  const topology = {
    class_name: 'Functional',
    config: {
      layers: [input('a', 3), input('b', 3), ...layers],
      input_layers: [
        ['b', 0, 0],
        ['a', 0, 0],
      ],
      output_layers: outputs.map((name) => [name, 0, 0]),
    },
  };
  return { topology: topology as unknown as JsonObject, weights: [] };
}

const names = (graph: Graph, ids: readonly number[]) => ids.map((id) => getValue(graph, id).name);

describe('models with several ends', () => {
  it('keep the order in which they are called, and the names of the layers', () => {
    const graph = importKeras(model(['product', 'sum']));
    expect(names(graph, graph.inputs)).toEqual(['b', 'a']);
    expect(names(graph, graph.outputs)).toEqual(['product', 'sum']);
    const [product, sum] = createInterpreter(graph).invoke([
      Float32Array.of(1, 2, 3),
      Float32Array.of(10, 20, 30),
    ]);
    expect([...product, ...sum]).toEqual([10, 40, 90, 11, 22, 33]);
  });

  it('give no tensor twice, and no input back', () => {
    expect(() => importKeras(model(['sum', 'sum']))).toThrow('gives one tensor back twice');
    expect(() => importKeras(model(['a']))).toThrow('no layer that computes anything');
  });
});

const folder = sharedPath('import', 'keras');
describe.skipIf(folder === undefined)(`recorded outputs of Keras (${NO_SHARED})`, () => {
  const read = (...path: string[]) => readFileSync(sharedPath('import', 'keras', ...path) ?? '');
  const values = (...path: string[]) => readNpy(read(...path)).data as Float32Array;

  it.each([
    ['two_in', ['x_0.npy', 'x_1.npy'], ['y.npy']],
    ['two_out', ['x.npy'], ['y_0.npy', 'y_1.npy']],
  ])('%s', async (name, inputs, outputs) => {
    const graph = await readModel(read(name, `${name}.h5`));
    const interpreter = createInterpreter(graph);
    const expected = outputs.map((file) => values(name, file));
    const given = inputs.map((file) => values(name, file));
    const records = given[0].length / interpreter.inputs[0].shape.reduce((a, b) => a * b);
    for (let record = 0; record < records; record++) {
      const of = (all: Float32Array) =>
        all.subarray((all.length / records) * record, (all.length / records) * (record + 1));
      const actual = interpreter.invoke(given.map(of));
      for (const [index, output] of actual.entries()) {
        for (const [at, value] of of(expected[index]).entries())
          expect(Number(output[at])).toBeCloseTo(value, 4);
      }
    }
  });
});
