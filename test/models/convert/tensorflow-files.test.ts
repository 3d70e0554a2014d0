import { describe, expect, it } from 'vitest';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { tensorflowDifferences } from '../../tensorflow/differences.ts';
import { PeerFiles } from '../../tensorflow/peer-files.ts';

const shared = sharedPath();

/**
 * Layers that batch normalization is folded into, by their place among the operators that are no reshape. Their factors are
 * 1/√(variance + ε), for which TensorFlow starts from an estimate of the processor that it runs on (RSQRTPS, then one Newton
 * step): makers of processors have bits of their own. So what these factors go into cannot be equal to the last bit of
 * float32, and everything else is.
 */
const NORMALIZED: Readonly<Record<string, readonly number[]>> = {
  sine: [],
  cnn_bn_relu6: [0, 2, 3],
  dscnn: [0, 1, 2, 3, 4],
  residual: [1, 2],
  conv1d_timeseries: [0],
  mobilenet_v1_025_96: Array.from({ length: 27 }, (_, index) => index),
  autoencoder: [0, 1, 2, 3, 4],
  ad01: [0, 1, 2, 3, 4, 5, 6, 7, 8],
};

/** What last bits of weights may cost a scale, in parts of it, and a bias, in steps. */
const LAST_BITS = 2 ** -20;
const BIAS_STEPS = 1;

const placesOf = (different: readonly string[]): readonly number[] => [
  ...new Set(different.map((sentence) => Number(/ (\d+) /.exec(sentence)?.[1]))),
];

describe.skipIf(shared === undefined)(`the recipe tensorflow, against its files (${NO_SHARED})`, () => {
  const peerFiles = (): PeerFiles => new PeerFiles(shared as string);

  it('is compared with all of them', () => {
    expect(peerFiles().names()).toEqual(Object.keys(NORMALIZED));
  });

  it.each(Object.entries(NORMALIZED))('gives its numbers: %s', async (name, normalized) => {
    const files = peerFiles();
    const found = tensorflowDifferences(await files.ours(name), files.theirs(name, 'one'));
    expect(found.zeroPoints.different).toEqual([]);
    expect(found.weights.different).toEqual([]);
    const first = normalized[0] ?? Infinity;
    expect(placesOf(found.weightScales.different).filter((place) => !normalized.includes(place))).toEqual([]);
    expect(placesOf(found.scales.different).filter((place) => place < first)).toEqual([]);
    expect(placesOf(found.biases.different).filter((place) => place < first)).toEqual([]);
    expect(found.farthest).toBeLessThan(LAST_BITS);
    expect(found.farthestBias).toBeLessThanOrEqual(BIAS_STEPS);
  });
});
