import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elementCount } from '../../../src/core/tensor.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { sequenceModel } from './recurrent-layers.ts';

const folder = sharedPath('import', 'keras');
const RECORDS = 4;
/** Of the largest recorded value. */
const TOLERANCE = 1e-5;

const NETWORKS = [
  'bilstm',
  'bilstm_seq',
  'gru_ra0',
  'gru_ra1',
  'lstm_backwards',
  'lstm_last',
  'lstm_nobias',
  'lstm_seq',
  'lstm_stacked',
  'masking_lstm',
  'seq_conv_gru',
  'stateful_lstm',
  'simplernn',
  'td_lstm',
];

const largestOf = (values: Float32Array) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe.skipIf(folder === undefined)(`recorded networks of Keras (${NO_SHARED})`, () => {
  it.each(
    NETWORKS.flatMap((name) => [
      { name, extension: 'h5' },
      { name, extension: 'keras' },
    ]),
  )('$name.$extension gives the recorded outputs', async ({ name, extension }) => {
    const [x, y] = ['x', 'y'].map((letter) =>
      readNpyFloat32(readFileSync(`${folder}/${name}/${letter}.npy`)),
    );
    const bytes = readFileSync(`${folder}/${name}/${name}.${extension}`);
    const interpreter = createInterpreter(await readModel(bytes, { name }));
    const [from, to] = [x, y].map(({ shape }) => elementCount(shape.slice(1)));
    for (let record = 0; record < RECORDS; record++) {
      const input = x.data.slice(record * from, (record + 1) * from);
      const [output] = interpreter.invoke([input]) as readonly [Float32Array];
      const differences = output.map((value, at) => value - y.data[record * to + at]);
      expect(output).toHaveLength(to);
      expect(largestOf(differences) / largestOf(y.data)).toBeLessThanOrEqual(TOLERANCE);
    }
  });
});

it('layers that take the steps in front of the batch are refused by name', () => {
  const model = sequenceModel([{ kind: 'GRU', config: { time_major: true } }]);
  expect(() => importKeras(model)).toThrow(
    'Layer "layer_0" (GRU): it takes the steps in front of the batch ("time_major").',
  );
});
