import { expect, it } from 'vitest';
import type { Shape } from '../../../src/core/tensor.ts';
import { arrayRecords, readAllRecords } from '../../../src/data/records/records.ts';
import { reorderedRecords } from '../../../src/data/records/reordered-records.ts';

const TO_LAST = [0, 2, 3, 1];
/** Two records of two channels in three rows and one column. */
const DATA = Float32Array.of(1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60);
const CHANNELS_LAST = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60];

function read(shape: Shape, order: readonly number[] | undefined) {
  const records = reorderedRecords(arrayRecords({ shape, data: DATA }), [1, 3, 1, 2], order);
  return { shape: records.shape, data: [...readAllRecords(records, 'x.npy').data] };
}

it('moves the channels of images that lie as in the file, also where each is one row of numbers', () => {
  expect(read([2, 2, 3, 1], TO_LAST)).toEqual({ shape: [3, 1, 2], data: CHANNELS_LAST });
  expect(read([2, 6], TO_LAST)).toEqual({ shape: [3, 1, 2], data: CHANNELS_LAST });
});

it('leaves alone what lies as the graph has it, and everything where nothing moved', () => {
  expect(read([2, 3, 1, 2], TO_LAST).data).toEqual([...DATA]);
  expect(read([2, 2, 3, 1], undefined).data).toEqual([...DATA]);
});
