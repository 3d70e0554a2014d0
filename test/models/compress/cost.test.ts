/** What a model takes is computed of its file: before it is quantized what it is afterwards. */

import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { measureModel } from '../../../src/models/check/measure-model.ts';
import { costOf, foretoldCost } from '../../../src/models/compress/cost.ts';
import { integersOf, type MeasuredForm } from '../../../src/models/compress/measured-form.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { writeTflmModel } from '../../../src/models/tflm-model.ts';
import { graphOf } from '../../passes/run-pass.ts';

const network = simplifyFloat(
  graphOf((b) => {
    const maps = b.conv('conv', b.in('x', 1, 6, 6, 2), 8, 3, { activation: 'relu' });
    const mean = b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [maps]);
    return [b.add('softmax', 'softmax', { beta: 1 }, [b.dense('out', mean, 4)])];
  }),
);

const random = createRandom(4, 'records');
const form: MeasuredForm = {
  type: 'int8',
  io: 'int8',
  densePerChannel: false,
  method: 'fast',
  library: 'tflm',
  target: 'cortex-m-reference',
  calibration: arrayRecords({
    data: Float32Array.from({ length: 40 * 72 }, () => random.normal()),
    shape: [40, 6, 6, 2],
  }),
};

it('counts what the file says besides, before it is quantized as afterwards', async () => {
  const note = { name: 'NOTE', bytes: new Uint8Array(500).fill(7) };
  const integers = await integersOf({ graph: network, keeps: new Map() }, form, {});
  const { fileBytes, ...rest } = costOf(integers, form.target, note);
  expect(fileBytes).toBe(writeTflmModel(integers, { note }).length);
  const { fileBytes: plainBytes, ...plain } = costOf(integers, form.target);
  expect(rest).toEqual(plain);
  const foretold = foretoldCost(network, { ...form, note }).fileBytes;
  const difference = foretold - foretoldCost(network, form).fileBytes;
  expect(difference).toBeGreaterThanOrEqual(500);
  expect(Math.abs(difference - (fileBytes - plainBytes))).toBeLessThanOrEqual(8);
});

it('foretells the cost of the integers, which is that of their file', async () => {
  const integers = await integersOf({ graph: network, keeps: new Map() }, form, {});
  const cost = costOf(integers, form.target);
  const file = writeTflmModel(integers);
  const { flash, arena, macs } = measureModel(file, form.target);
  expect(cost).toEqual({
    // Weights and biases of a 3 × 3 convolution of 2 channels to 8, and of 8 units to 4.
    parameters: 3 * 3 * 2 * 8 + 8 + 8 * 4 + 4,
    macs: macs.value,
    arenaBytes: arena.value,
    fileBytes: flash.value,
  });
  const { fileBytes, ...foretold } = foretoldCost(network, form);
  expect({ ...foretold, fileBytes: cost.fileBytes }).toEqual(cost);
  // Each zero point is a vector of 12 bytes in the file, and equal ones are one.
  expect(Math.abs(fileBytes - cost.fileBytes)).toBeLessThanOrEqual(12 * integers.values.size);
});
