import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { stepRecords } from '../../../src/data/records/step-records.ts';
import { everySecond } from '../../../src/models/quantize/guard-methods.ts';
import { spacedRecords } from '../../../src/models/quantize/held-records.ts';

const sequences = arrayRecords({ shape: [5, 3, 2], data: Float32Array.from({ length: 30 }, (_, i) => i) });
const steps = stepRecords(sequences, 2);

function read(source: typeof steps, start = 0, rows = source.count): number[] {
  const into = new Float32Array(rows * 2);
  source.read(start, rows, into);
  return [...into];
}

describe('steps of sequences', () => {
  it('follow one another, wherever a block begins', () => {
    expect([steps.count, steps.sequence, steps.shape]).toEqual([15, 3, [1, 2]]);
    for (const [start, rows] of [
      [0, 15],
      [1, 1],
      [2, 5],
      [14, 1],
      [15, 0],
    ]) {
      const expected = Array.from({ length: rows * 2 }, (_, i) => start * 2 + i);
      expect(read(steps, start, rows)).toEqual(expected);
    }
  });

  it('are records already, or none of such', () => {
    expect(stepRecords(sequences, 6)).toBe(sequences);
    expect(stepRecords(sequences, 4)).toBe(sequences);
  });

  it('come first: other axes are refused, and joined or split ones are not', () => {
    const of = (shape: readonly number[]) =>
      arrayRecords({ shape: [1, ...shape], data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
    expect(() => stepRecords(of([2, 3]), 2)).toThrow(
      'The samples have the shape [2, 3], which is no sequence of steps of 2 values',
    );
    expect(() => stepRecords(of([4, 3]), 2)).toThrow('steps of 2 values');
    for (const shape of [[6], [1, 3, 2], [3, 1, 2], [3, 2, 1]])
      expect(stepRecords(of(shape), 2).count).toBe(3);
  });

  it('stay together where some of them are taken', () => {
    const ids = (source: typeof steps) => read(source).filter((_, at) => at % 2 === 0);
    expect(ids(spacedRecords(steps, 7))).toEqual([0, 2, 4, 12, 14, 16]);
    expect(ids(spacedRecords(steps, 1))).toEqual([0, 2, 4]);
    expect(ids(everySecond(steps, 1))).toEqual([6, 8, 10, 18, 20, 22]);
  });
});
