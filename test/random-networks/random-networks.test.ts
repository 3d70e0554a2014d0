import { describe, expect, it } from 'vitest';
import { bytesOf, elementCount } from '../../src/core/tensor.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { SUPPORTED_LAYERS } from '../../src/formats/keras/layers.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { runReal } from '../../src/models/run/real-runner.ts';
import { loadRuntime } from '../runtime/tflite-runtime.ts';
import { measureNetwork } from './measure.ts';
import { randomNetwork } from './random-network.ts';

const runtime = loadRuntime();
/**
 * Attention that is that of several heads with less, Dot, which makes tensors of another number of axes, what is another layer of the table by
 * another name or over another number of axes, augmentations of Keras 3, dropout over volumes, which no other layer takes or makes, functions, whose arguments stand in the calls, and recurrent
 * layers with what stands in front of them, which TensorFlow.js judges (`formats/keras/layers.test.ts`).
 */
const NOT_DRAWN = [
  'AdditiveAttention',
  'Attention',
  'AugMix',
  'Bidirectional',
  'CenterCrop',
  'Conv1DTranspose',
  'CutMix',
  'Dot',
  'GRU',
  'GroupQueryAttention',
  'GroupedQueryAttention',
  'LSTM',
  'Masking',
  'MixUp',
  'RandAugment',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
  'Resizing',
  'SimpleRNN',
  'SlicingOpLambda',
  'SpatialDropout3D',
  'SyncBatchNormalization',
  'TFOpLambda',
];

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** The first record through the float file in TensorFlow Lite, and through the network as it was imported. */
async function floatOutputs(seed: number): Promise<readonly [theirs: Float32Array, ours: Float32Array]> {
  if (!runtime.ok) throw new Error(runtime.why);
  const { model, test } = randomNetwork(seed);
  const imported = importKeras(model);
  const [, ...shape] = test.shape;
  const data = test.data.slice(0, elementCount(shape));
  const { bytes } = await convertModel(imported, { type: 'float' });
  const [output] = runtime.run(bytes, [bytesOf(data)]);
  return [new Float32Array(output.buffer), runReal(imported, { shape: [1, ...shape], data }).data];
}

describe('random networks', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(randomNetwork(3)).toEqual(randomNetwork(3));
    expect(randomNetwork(3).model).not.toEqual(randomNetwork(4).model);
  });

  it('have every layer that is converted somewhere', () => {
    const missing = new Set(SUPPORTED_LAYERS);
    for (const layer of NOT_DRAWN) missing.delete(layer);
    for (let seed = 1; missing.size > 0 && seed <= 300; seed++) {
      for (const layer of randomNetwork(seed).layers) missing.delete(layer);
    }
    expect([...missing]).toEqual([]);
  });

  it.each(SEEDS)(
    '%i is written so that TensorFlow Lite runs it, with the noise that tinyml computes',
    async (seed) => {
      const { ours, plain, theirs, largest } = await measureNetwork(randomNetwork(seed), runtime);
      expect(ours).not.toBeNaN();
      if (plain > 25) expect(ours).toBeGreaterThan(15);
      if (!runtime.ok || largest === 0) return;
      expect(theirs).toBeDefined();
      // Its kernels round once where TFLM rounds twice.
      expect(Math.abs((theirs as number) - ours)).toBeLessThan(1);
    },
  );

  it.skipIf(!runtime.ok).each(SEEDS)(
    '%i computes the same in TensorFlow Lite as a float file',
    async (seed) => {
      const [theirs, ours] = await floatOutputs(seed);
      const largest = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      expect(theirs.length).toBe(ours.length);
      for (const [index, value] of ours.entries())
        expect(Math.abs(value - theirs[index]) / largest).toBeLessThan(1e-4);
    },
  );
});
