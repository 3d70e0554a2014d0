import { expect, it } from 'vitest';
import { parseStreamLine } from '../../../src/models/firmware/stream-line.ts';

it.each([
  ['heard yes 0.9844', { kind: 'heard', label: 'yes', score: 0.9844 }],
  ['heard front door 1\r', { kind: 'heard', label: 'front door', score: 1 }],
  ['lost readings: 4096', { kind: 'lost', readings: 4096 }],
  ['heard yes', undefined],
  ['heard 0.5', undefined],
  ['I heard yes 0.9844', undefined],
  ['lost readings: many', undefined],
  ['yes:0.98', undefined],
  [`heard ${'x'.repeat(2000)} 1`, undefined],
])('reads %j', (line, expected) => {
  expect(parseStreamLine(line)).toEqual(expected);
});
