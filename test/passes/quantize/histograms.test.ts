import { describe, expect, it } from 'vitest';
import { binEdge, histogramsOf } from '../../../src/passes/quantize/histograms.ts';
import type { Measurements } from '../../../src/passes/quantize/methods/method.ts';
import { graphOf } from '../run-pass.ts';

const ID = 0;

/** Records of one value. */
function measured(...records: readonly (readonly number[])[]): Measurements {
  return {
    noiseShares: () => ({ own: new Map(), total: 0 }),
    recordNoise: () => new Float64Array(),
    affordableTrials: () => 0,
    visit: (_, see) => {
      for (const record of records) see(ID, Float32Array.from(record));
    },
  };
}

describe('histogramsOf', () => {
  const graph = graphOf((b) => [b.in('x', 1, 4)]);

  it('counts every number but NaN once, with the greatest in the last bin', () => {
    const ranges = new Map([[ID, { min: -1, max: 3 }]]);
    const found = histogramsOf(graph, ranges, measured([-1, 3, 0, 0], [Number.NaN, 1, 2.999, 7])).get(ID);
    expect(found?.counts.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(found?.zeros).toBe(2);
    expect(found?.counts.at(-1)).toBe(3);
    expect(found?.counts[0]).toBe(1);
    expect(found && [binEdge(found, 0), binEdge(found, found.counts.length)]).toEqual([-1, 3]);
  });

  it('reaches to zero, and takes nothing but zeros', () => {
    const [ranges, zero] = [
      { min: 2, max: 3 },
      { min: 0, max: 0 },
    ].map((range) => new Map([[ID, range]]));
    expect(histogramsOf(graph, ranges, measured([2, 3])).get(ID)?.range).toEqual({ min: 0, max: 3 });
    expect(histogramsOf(graph, zero, measured([0, 0])).get(ID)?.zeros).toBe(2);
    expect(histogramsOf(graph, new Map(), measured([1])).size).toBe(0);
  });
});
