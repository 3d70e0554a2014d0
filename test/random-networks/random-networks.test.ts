import { describe, expect, it } from 'vitest';
import { SUPPORTED_LAYERS } from '../../src/formats/keras/layers.ts';
import { loadRuntime } from '../runtime/tflite-runtime.ts';
import { measureNetwork } from './measure.ts';
import { randomNetwork } from './random-network.ts';

const runtime = loadRuntime();
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

describe('random networks', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(randomNetwork(3)).toEqual(randomNetwork(3));
    expect(randomNetwork(3).model).not.toEqual(randomNetwork(4).model);
  });

  it('have every layer that is converted somewhere', () => {
    const missing = new Set(SUPPORTED_LAYERS);
    // Dropout over volumes: no other layer takes or makes one.
    missing.delete('SpatialDropout3D');
    for (let seed = 1; missing.size > 0 && seed <= 300; seed++) {
      for (const layer of randomNetwork(seed).layers) missing.delete(layer);
    }
    expect([...missing]).toEqual([]);
  });

  it.each(SEEDS)(
    '%i is written so that TensorFlow Lite runs it, with the noise that tinyml computes',
    async (seed) => {
      const { ours, theirs, largest } = await measureNetwork(randomNetwork(seed), runtime);
      expect(ours).not.toBeNaN();
      if (!runtime.ok || largest === 0) return;
      expect(theirs).toBeDefined();
      // Its kernels round once where TFLM rounds twice.
      expect(Math.abs((theirs as number) - ours)).toBeLessThan(1);
    },
  );
});
