import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { graphOf } from '../../run-pass.ts';
import { applierOf, noiseOf, recordsOf } from './calibrated.ts';

const random = createRandom(21, 'search tests');

const network = graphOf((b) => {
  const hidden = b.dense('first', b.in('x', 1, 12), 300, 'relu');
  return [b.dense('third', b.dense('second', hidden, 200, 'relu'), 6)];
});
const records = (count: number) => recordsOf(network, count, () => random.normal());

describe('search-ranges', () => {
  it('mends ranges that are too narrow, for other records too, and does them no harm else', async () => {
    const seen = records(64);
    const later = records(300);
    const apply = await applierOf(network, seen);
    expect(noiseOf(apply, ['search-ranges'], seen)).toBeLessThan(noiseOf(apply, [], seen));
    expect(noiseOf(apply, ['search-ranges'], later)).toBeLessThan(1.1 * noiseOf(apply, [], later));
    const narrow = noiseOf(apply, ['moving-average'], later);
    expect(noiseOf(apply, ['moving-average', 'search-ranges'], later)).toBeLessThan(0.5 * narrow);
  });

  it('gives the same again, and leaves the input alone', async () => {
    const seen = records(40);
    const [once, again] = [await applierOf(network, seen), await applierOf(network, seen)];
    expect(once(['search-ranges']).ranges).toEqual(again(['search-ranges']).ranges);
    const [input] = network.inputs;
    expect(once(['search-ranges']).ranges.get(input)).toEqual(once([]).ranges.get(input));
  });

  it('does nothing with few records, which it would learn by heart', async () => {
    const apply = await applierOf(network, records(31));
    expect(apply(['search-ranges'])).toEqual(apply([]));
  });
});
