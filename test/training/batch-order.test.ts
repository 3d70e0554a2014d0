import { expect, test } from 'vitest';
import { batchOrder } from '../../src/training/batch-order.ts';

test('every epoch visits every sample once, in an order of its own', () => {
  const first = batchOrder(1, 1, 100);
  expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(batchOrder(1, 1, 100)).toEqual(first);
  expect(batchOrder(1, 2, 100)).not.toEqual(first);
  expect(batchOrder(2, 1, 100)).not.toEqual(first);
});
