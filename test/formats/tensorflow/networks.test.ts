import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const RECORDS = 3;
/** Of the largest recorded value. */
const TOLERANCE = 1e-5;

interface Network {
  readonly file: string;
  /** The folder with `x.npy` and `y.npy`. */
  readonly records: string;
}

const NETWORKS: readonly Network[] = [
  { file: 'frozen/ae/ae.pb', records: 'frozen/ae' },
  { file: 'frozen/dscnn/dscnn.pb', records: 'frozen/dscnn' },
  { file: 'frozen/lstm/lstm.pb', records: 'frozen/lstm' },
  { file: 'frozen/lstm/lstm-lowered.pb', records: 'frozen/lstm' },
  ...['ae', 'cnn', 'dscnn', 'lstm', 'module_v1v2x', 'tf1_refvar', 'two_in', 'unrolled_lstm'].map((name) => ({
    file: `saved_model/${name}/saved_model/saved_model.pb`,
    records: `saved_model/${name}`,
  })),
  ...['ae', 'cnn', 'lstm', 'module_v1v2x', 'two_in'].map((name) => ({
    file: `tfjs/${name}/web_model/model.json`,
    records: `saved_model/${name}`,
  })),
  { file: 'saved_model/tf1_refvar/tf1_refvar-frozen.pb', records: 'saved_model/tf1_refvar' },
];

const folder = sharedPath('import');

function recorded(records: string, letter: 'x' | 'y') {
  const single = `${folder}/${records}/${letter}.npy`;
  const files = existsSync(single)
    ? [single]
    : [0, 1].map((index) => `${folder}/${records}/${letter}_${index}.npy`);
  return files.map((file) => readNpyFloat32(readFileSync(file)));
}

describe.skipIf(folder === undefined)(`recorded networks of TensorFlow (${NO_SHARED})`, () => {
  it.each(NETWORKS)('$file gives the recorded outputs', async ({ file, records }) => {
    const path = `${folder}/${file}`;
    const graph = await readModel(readFileSync(path), {
      name: file,
      loadShard: (shard) => readFileSync(`${path.slice(0, path.lastIndexOf('/'))}/${shard}`),
    });
    const [inputs, outputs] = [recorded(records, 'x'), recorded(records, 'y')];
    expect(graph.inputs).toHaveLength(inputs.length);
    expect(graph.outputs).toHaveLength(outputs.length);
    const interpreter = createInterpreter(graph);
    for (let record = 0; record < RECORDS; record++) {
      const results = interpreter.invoke(
        inputs.map(({ shape, data }) => {
          const length = data.length / shape[0];
          return data.subarray(record * length, (record + 1) * length);
        }),
      );
      for (const [index, { shape, data }] of outputs.entries()) {
        const length = data.length / shape[0];
        expect(getValue(graph, graph.outputs[index]).type.shape.reduce((a, b) => a * b)).toBe(length);
        const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const worst = Array.from(results[index], Number).reduce(
          (most, value, at) => Math.max(most, Math.abs(value - data[record * length + at])),
          0,
        );
        expect(worst / largest).toBeLessThanOrEqual(TOLERANCE);
      }
    }
  });

  it('notices a damaged variable', async () => {
    const path = `${folder}/saved_model/cnn/saved_model`;
    const reading = readModel(readFileSync(`${path}/saved_model.pb`), {
      loadShard: (shard) => readFileSync(`${path}/${shard}`).map((byte) => byte ^ 1),
    });
    await expect(reading).rejects.toMatchObject({ kind: 'input' });
  });
});
