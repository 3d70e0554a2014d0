import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../src/core/tensor.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import type { AxisOrder } from '../../../src/formats/importer.ts';
import { importModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { permutedData } from '../../../src/passes/layout/permutation.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const folder = sharedPath('import', 'onnx');
const RECORDS = 3;
/** Of the largest recorded value. */
const TOLERANCE = 1e-5;

const files =
  folder === undefined
    ? []
    : readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .flatMap(({ name }) =>
          readdirSync(`${folder}/${name}`)
            .filter((file) => file.endsWith('.onnx'))
            .map((file) => ({ net: `${folder}/${name}`, file })),
        );

/** Records of every input or output, in the order of the graph. */
function ends(net: string, letter: 'x' | 'y', count: number) {
  return Array.from({ length: count }, (_, index) =>
    readNpyFloat32(readFileSync(`${net}/${count === 1 ? letter : `${letter}_${index}`}.npy`)),
  );
}

/** Samples in the order of axes that the graph has; the records are an axis in front of the sample's own. */
function inOrder(orders: readonly AxisOrder[] = []) {
  return ({ shape, data }: { shape: Shape; data: Float32Array }, index: number) => {
    const order = orders[index];
    return order === undefined ? { shape, data } : { shape, data: permutedData(data, shape, order) };
  };
}

describe.skipIf(folder === undefined)(`recorded networks (${NO_SHARED})`, () => {
  it.each(files)('$file gives the recorded outputs', async ({ net, file }) => {
    const { graph, inputOrders, outputOrders } = await importModel(readFileSync(`${net}/${file}`), {
      name: file,
      loadShard: (path) => readFileSync(`${net}/${path}`),
    });
    const inputs = ends(net, 'x', graph.inputs.length).map(inOrder(inputOrders));
    const outputs = ends(net, 'y', graph.outputs.length).map(inOrder(outputOrders));
    const interpreter = createInterpreter(graph);
    for (let record = 0; record < RECORDS; record++) {
      const results = interpreter.invoke(
        inputs.map(({ shape, data }) => {
          const length = data.length / shape[0];
          return data.subarray(record * length, (record + 1) * length);
        }),
      );
      for (const [index, { shape, data }] of outputs.entries()) {
        const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const length = data.length / shape[0];
        expect(getValue(graph, graph.outputs[index]).type.shape.reduce((a, b) => a * b)).toBe(length);
        const worst = Array.from(results[index], Number).reduce(
          (most, value, at) => Math.max(most, Math.abs(value - data[record * length + at])),
          0,
        );
        expect(worst / largest).toBeLessThanOrEqual(TOLERANCE);
      }
    }
  });
});
