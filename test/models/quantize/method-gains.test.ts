import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { methodGains } from '../../../src/models/quantize/method-gains.ts';
import type { MethodName } from '../../../src/models/quantize/method-names.ts';
import { recordsOf } from '../../passes/quantize/methods/calibrated.ts';
import { graphOf } from '../../passes/run-pass.ts';

const random = createRandom(31, 'gain tests');
/** Weights that round to less than they are: their bias makes up for it. */
const weights = Array.from({ length: 8 * 40 }, (_, i) => (i % 40 === 0 ? 127 : 0.45));
const network = graphOf((b) => {
  const constants = [b.const('w', [8, 40], weights), b.const('b', [8])];
  return [
    b.add('fully_connected', 'dense', { activation: 'none', keepNumDims: false }, [
      b.in('x', 1, 40),
      ...constants,
    ]),
  ];
});
const form = { activations: 'int8', densePerChannel: false } as const;
const gainsOf = (methods: readonly MethodName[], count: number) =>
  methodGains(
    network,
    recordsOf(network, count, () => 1 + 0.1 * random.normal()),
    methods,
    form,
    {},
  );

describe('methodGains', () => {
  it('says what records that were held back say of each method', async () => {
    const gains = await gainsOf(['mse-weights', 'bias-correction'], 60);
    expect(gains?.records).toBe(30);
    const [weightScales, correction] = gains?.methods ?? [];
    expect(weightScales).toMatchObject({ method: 'mse-weights' });
    expect(correction.method).toBe('bias-correction');
    expect(correction.gainDb).toBeGreaterThan(3);
    expect(await gainsOf(['bias-correction'], 60)).not.toEqual(gains);
  });

  it('says nothing of few records, and of no methods', async () => {
    expect(await gainsOf(['bias-correction'], 15)).toBeUndefined();
    expect(await gainsOf([], 60)).toBeUndefined();
  });
});
