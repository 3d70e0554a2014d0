import { describe, expect, it } from 'vitest';
import { quantizedNames, quantizedNetwork } from '../../bench/import/quantized-networks.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const shared = sharedPath();

interface Expected {
  readonly kept: number;
  /** Tensors whose scale TFLM decides. */
  readonly changed: readonly string[];
  /** Channels of weights that int8 has not steps enough for. */
  readonly rounded: number;
  /** Steps from what onnxruntime computes. */
  readonly farthest: number;
  /** Of the outputs. */
  readonly equal: number;
}

/** Without weights that are rounded again all outputs are within a step. */
const NETWORKS: Readonly<Record<string, Expected>> = {
  q_gesture1d_qdq_sym: { kept: 6, changed: ['output'], rounded: 0, farthest: 0.51, equal: 0.73 },
  q_kws_qlinear_u8s8: { kept: 12, changed: [], rounded: 0, farthest: 1.01, equal: 0.84 },
  q_mbv3_qdq_u8: { kept: 20, changed: [], rounded: 12, farthest: 2.01, equal: 0.66 },
  q_resnet8_qdq_int8: { kept: 15, changed: [], rounded: 0, farthest: 1.01, equal: 0.81 },
};

describe.skipIf(shared === undefined)(`networks that onnxruntime quantized (${NO_SHARED})`, () => {
  it('are all that there are', () => expect(quantizedNames()).toEqual(Object.keys(NETWORKS)));

  it.each(Object.entries(NETWORKS))('%s keeps its scales and gives its outputs', async (name, expected) => {
    const { scales, farthest, equal, outputs } = await quantizedNetwork(name);
    expect(scales.kept).toBe(expected.kept);
    expect(scales.changed.map(({ tensor }) => tensor)).toEqual(expected.changed);
    expect(scales.rounded.reduce((sum, { channels }) => sum + channels, 0)).toBe(expected.rounded);
    expect(scales.real).toEqual([]);
    expect(farthest).toBeLessThanOrEqual(expected.farthest);
    expect(equal / outputs).toBeGreaterThanOrEqual(expected.equal);
  });
});
