import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { graphOf } from '../../run-pass.ts';
import { applierOf, noiseOf, recordsOf } from './calibrated.ts';

const random = createRandom(3, 'weight scale tests');
const normal = () => random.normal();

describe('mse-weights and weighted-mse-weights', () => {
  it('leave less noise where one weight multiplies next to nothing', async () => {
    const weights = Array.from({ length: 8 * 64 }, (_, i) => (i === 64 ? 8 : random.normal()));
    const graph = graphOf((b) => {
      const input = b.in('x', 1, 64);
      const constants = [b.const('w', [8, 64], weights), b.const('b', [8])];
      return [
        b.add('fully_connected', 'dense', { activation: 'none', keepNumDims: false }, [input, ...constants]),
      ];
    });
    /** The first input of each record is nearly dead. */
    const records = recordsOf(graph, 40, (i) => (i % 64 === 0 ? 0.001 : 1) * random.normal());
    const apply = await applierOf(graph, records);
    const [plain, mse, weighted] = [[], ['mse-weights'] as const, ['weighted-mse-weights'] as const].map(
      (methods) => noiseOf(apply, methods, records),
    );
    expect(mse).toBeLessThanOrEqual(plain);
    expect(weighted).toBeLessThan(0.7 * plain);
  });

  it('leave weights that are whole steps as they are', async () => {
    const steps = Array.from({ length: 6 * 3 * 3 * 2 }, (_, i) =>
      i % 18 === 0 ? 127 : ((i * 37) % 255) - 127,
    );
    const graph = graphOf((b) => [b.conv('conv', b.in('x', 1, 5, 5, 2), 6, 3, { weights: steps })]);
    const records = recordsOf(graph, 10, normal);
    const apply = await applierOf(graph, records);
    for (const name of ['mse-weights', 'weighted-mse-weights'] as const) {
      expect(noiseOf(apply, [name], records)).toBe(noiseOf(apply, [], records));
    }
  });
});
