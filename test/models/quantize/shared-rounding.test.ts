/** Weights that the steps of a recurrent layer share: rounded for all of them together, and there once. */

import { expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import type { Recipe } from '../../../src/models/quantize/method-names.ts';
import { sequenceModel, sequences, UNITS } from '../../formats/keras/recurrent-layers.ts';

const float = importKeras(sequenceModel([{ kind: 'GRU', config: { reset_after: true } }]));
const { data, shape } = sequences(64);
const calibration = arrayRecords({ data, shape: [...shape] });

/** The lists of integers by which gates of steps multiply the hidden states. */
async function weightsOf(method: Recipe): Promise<ReadonlySet<string>> {
  const { bytes } = await convertModel(float, { type: 'int8', method, calibration });
  const { graph } = readTflite(bytes);
  const products = graph.nodes.filter(({ kind }) => kind === 'fully_connected');
  const weights = products.map(({ inputs: [, id] }) => getValue(graph, id as number));
  const recurrent = weights.filter(({ type }) => type.shape.join() === [2 * UNITS, UNITS].join());
  expect(recurrent.length).toBeGreaterThan(2);
  return new Set(recurrent.map((value) => `${value.data}`));
}

it('are the same integers at every step, and others than the nearest', async () => {
  const [nearest, together] = [await weightsOf([]), await weightsOf(['compensated-rounding'])];
  expect([nearest.size, together.size]).toEqual([1, 1]);
  expect(together).not.toEqual(nearest);
});
