import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../../src/core/quant-params.ts';
import { compensationOf } from '../../../../src/passes/quantize/rounding/compensate.ts';
import type { InputRows } from '../../../../src/passes/quantize/rounding/input-rows.ts';
import { roundInt4 } from '../../../../src/passes/quantize/rounding/round-int4.ts';
import { shrinkage } from '../../../../src/passes/quantize/rounding/shrinkage.ts';

const SIZE = 3;

/** One unit that reads all inputs. */
const rows: InputRows = {
  size: SIZE,
  positions: 1,
  groups: 1,
  firstOf: () => 0,
  step: 1,
  groupOf: () => 0,
  read: () => {
    throw new Error('nothing is to be read');
  },
};

/** Of inputs that vary alike and apart from each other. */
const alike = Float64Array.from({ length: SIZE ** 2 }, (_, i) => (i % (SIZE + 1) === 0 ? 4 : 0));

describe('4-bit weights of inputs that do not vary together', () => {
  it.each([2, 50])('are the nearest integers on a scale that fits: %i rows', (count) => {
    const compensations = [compensationOf(alike, SIZE, shrinkage(alike, SIZE, count))];
    const weights = Float32Array.from([0.7, -0.31, 0.2]);
    const into = new Int8Array(SIZE);
    const task = { rows, compensations, weights, units: 1, quant: perTensor(1, 0), leastScale: () => 0 };
    const quant = roundInt4(task, into);
    expect(quant).toEqual(perTensor(0.1, 0));
    expect([...into]).toEqual([7, -3, 2]);
  });
});
