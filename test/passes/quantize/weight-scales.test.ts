import { describe, expect, it } from 'vitest';
import type { QuantParams } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { scaleOf, scalesOver, weightParameters } from '../../../src/passes/quantize/parameters.ts';
import { leastErrorScales } from '../../../src/passes/quantize/weight-scales.ts';

/** By the definition, with steps of ±`limit`. */
function squaredError(
  weights: Float32Array,
  shape: readonly number[],
  quant: QuantParams,
  limit: number,
): number {
  const scaleAt = scalesOver(shape, quant);
  return weights.reduce((sum, value, i) => {
    const steps = Math.max(-limit, Math.min(limit, Math.round(value / scaleAt(i))));
    return sum + (value - steps * scaleAt(i)) ** 2;
  }, 0);
}

describe('leastErrorScales', () => {
  const random = createRandom(5, 'weights');
  const shape = [4, 600];
  const weights = Float32Array.from({ length: 2400 }, () => random.normal());

  it.each([
    { limit: 127, axis: undefined },
    { limit: 127, axis: 0 },
    { limit: 7, axis: 0 },
  ])('leaves less error than the largest weight does: $limit, axis $axis', ({ limit, axis }) => {
    const largest = weightParameters(weights, shape, axis);
    const widest: QuantParams =
      largest.scheme === 'per-tensor'
        ? { ...largest, scale: (largest.scale * 127) / limit }
        : { ...largest, scales: largest.scales.map((scale) => (scale * 127) / limit) };
    const found = leastErrorScales(weights, shape, axis, { limit });
    const [before, after] = [widest, found].map((quant) => squaredError(weights, shape, quant, limit));
    expect(after).toBeLessThanOrEqual(before * (limit === 7 ? 0.8 : 1));
    for (let channel = 0; channel < (axis === undefined ? 1 : 4); channel++) {
      expect(scaleOf(found, channel)).toBeLessThanOrEqual(Math.fround(scaleOf(widest, channel)));
    }
  });

  it('keeps the scale that has no error', () => {
    const steps = Float32Array.from([-127, 64, 33, 2, 0, 127]);
    expect(leastErrorScales(steps, [6], undefined, { limit: 127 })).toEqual(
      weightParameters(steps, [6], undefined),
    );
    const zeros = new Float32Array(6);
    expect(leastErrorScales(zeros, [6], undefined, { limit: 127 })).toEqual(
      weightParameters(zeros, [6], undefined),
    );
  });

  it('clips a weight that does not count', () => {
    const lone = Float32Array.from([10, ...Array.from({ length: 50 }, (_, i) => Math.sin(i))]);
    const importance = lone.map((value) => (value === 10 ? 0 : 1));
    const scaleFor = (by?: Float32Array) =>
      scaleOf(leastErrorScales(lone, [51], undefined, { limit: 127, importance: by }), 0);
    expect(scaleFor()).toBeGreaterThan(9 / 127);
    expect(scaleFor(importance)).toBeLessThan(5 / 127);
  });
});
