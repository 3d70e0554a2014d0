import { expect, it } from 'vitest';
import { compressionSchema, orderFault } from '../../../src/training/compress/index.ts';

const list = (...methods: readonly object[]) => methods.map((method) => compressionSchema.parse(method));

it('lets nothing stand behind what decides the integers', () => {
  const [prune, aware] = list({ method: 'prune' }, { method: 'quantize-aware' });
  expect(orderFault([aware, prune])).toBe(
    '"prune" would undo what "quantize-aware" trained the weights for; put it in front',
  );
  expect(orderFault([prune, aware, aware])).toBeUndefined();
});
