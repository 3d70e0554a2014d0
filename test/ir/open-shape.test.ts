import { expect, it } from 'vitest';
import { openShapeHint } from '../../src/ir/open-shape.ts';

it.each([
  [[-1, 8], 'Fix the batch to 1'],
  [[-1, 8, -1], 'Give every axis one size'],
  [[1, -1], 'Give every axis one size'],
  [[0, 8], 'The file is damaged'],
  [[-1, 0], 'The file is damaged'],
  [[-7, 8], 'The file is damaged'],
])('%j: %s', (shape, hint) => {
  expect(openShapeHint(shape)).toContain(hint);
});
