import { describe, expect, it } from 'vitest';
import { type NodeOptions, runNode, scattered } from './run-node.ts';

const EPSILON = 1e-5;

function normalized(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + EPSILON));
}

/** Runs of `length` elements, one behind the other. */
function byRuns(values: readonly number[], length: number): number[] {
  return Array.from({ length: values.length / length }, (_, run) =>
    normalized(values.slice(run * length, (run + 1) * length)),
  ).flat();
}

const INPUT = scattered([1, 4, 2, 3]);
const numbers = (...values: number[]) => ({ shape: [values.length], values });

describe('normalizations', () => {
  it.each([
    [18, numbers(2, -1), numbers(1, 0.5), [2, 2, -1, -1], [1, 1, 0.5, 0.5]],
    [21, numbers(2, 3, -1, 4), numbers(1, 2, 3, 4), [2, 3, -1, 4], [1, 2, 3, 4]],
  ])('GroupNormalization of version %i', async (opset, scale, shift, scales, shifts) => {
    const { values } = await runNode('GroupNormalization', [INPUT], {
      opset,
      attributes: { num_groups: 2 },
      constants: [scale, shift],
    });
    for (const [index, value] of byRuns(INPUT.values, 12).entries()) {
      const channel = Math.floor(index / 6);
      expect(values[index]).toBeCloseTo(value * scales[channel] + shifts[channel], 4);
    }
  });

  it('LayerNormalization over several axes, and without a shift', async () => {
    const { values } = await runNode('LayerNormalization', [INPUT], {
      attributes: { axis: -2 },
      constants: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
    });
    for (const [index, value] of byRuns(INPUT.values, 6).entries()) {
      expect(values[index]).toBeCloseTo(value * ((index % 6) + 1), 4);
    }
  });

  it('RMSNormalization keeps the mean', async () => {
    const { values } = await runNode('RMSNormalization', [INPUT], {
      opset: 23,
      constants: [numbers(1, 2, 3)],
    });
    for (const [index, value] of INPUT.values.entries()) {
      const row = INPUT.values.slice(index - (index % 3), index - (index % 3) + 3);
      const mean = row.reduce((sum, one) => sum + one * one, 0) / 3;
      expect(values[index]).toBeCloseTo((value / Math.sqrt(mean + EPSILON)) * ((index % 3) + 1), 5);
    }
  });

  it('MeanVarianceNormalization over images of each channel', async () => {
    const { values } = await runNode('MeanVarianceNormalization', [INPUT]);
    for (let channel = 0; channel < 4; channel++) {
      const own = values.slice(channel * 6, channel * 6 + 6);
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
      expect(own.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(6, 4);
    }
  });

  it('LpNormalization makes rows of length 1 along any axis', async () => {
    const { values } = await runNode('LpNormalization', [{ shape: [1, 2, 2], values: [3, 5, 4, 12] }], {
      attributes: { axis: 1 },
    });
    for (const [index, value] of [3 / 5, 5 / 13, 4 / 5, 12 / 13].entries()) {
      expect(values[index]).toBeCloseTo(value, 6);
    }
  });

  it('BatchNormalization is a factor and a shift for each channel', async () => {
    const { kinds, values } = await runNode('BatchNormalization', [INPUT], {
      attributes: { epsilon: { float: 0 } },
      constants: [numbers(1, 2, 3, 4), numbers(0, 1, 0, 1), numbers(0, 0, 1, 1), numbers(1, 4, 9, 16)],
    });
    expect(kinds.filter((kind) => kind !== 'transpose')).toEqual(['mul', 'add']);
    const shifts = [0, 1, -1, 0];
    for (const [index, value] of INPUT.values.entries()) {
      expect(values[index]).toBeCloseTo(value + shifts[Math.floor(index / 6)], 5);
    }
  });

  const statistics = { constants: Array.from({ length: 4 }, () => numbers(1, 2, 3, 4)) };

  it.each<[string, NodeOptions, string, string]>([
    [
      'BatchNormalization',
      { ...statistics, attributes: { training_mode: 1 } },
      'unsupported',
      'training mode',
    ],
    [
      'BatchNormalization',
      { ...statistics, opset: 9, outputs: ['y', 'mean'] },
      'unsupported',
      'training mode',
    ],
    [
      'BatchNormalization',
      { ...statistics, opset: 7, attributes: { spatial: 0 } },
      'unsupported',
      '"spatial" is 0',
    ],
    [
      'BatchNormalization',
      { constants: Array.from({ length: 4 }, () => numbers(1)) },
      'input',
      '1 number for 4',
    ],
    ['LpNormalization', { attributes: { p: 1 } }, 'unsupported', 'its "p" is 1'],
    [
      'Dropout',
      { constants: [numbers(0.5), { shape: [], values: [1], isInteger: true }] },
      'unsupported',
      'leaves out values by chance',
    ],
    [
      'GroupNormalization',
      { opset: 21, attributes: { num_groups: 3 }, constants: [numbers(1), numbers(1)] },
      'input',
      'its "num_groups" is 3 for 4 channels',
    ],
  ])('%s %j is refused', async (operator, options, kind, message) => {
    await expect(runNode(operator, [INPUT], options)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
    });
  });
});
