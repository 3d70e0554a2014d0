import { describe, expect, it } from 'vitest';
import { type NodeOptions, runNode, scattered } from './run-node.ts';

/** One axis of a transposed convolution of one sample, as ONNX defines it: [channels, length] to [filters, length]. */
interface Transposed {
  readonly channels: number;
  readonly size: number;
  readonly perGroup: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly groups: number;
  readonly before: number;
  readonly output: number;
}

function reference(
  input: readonly number[],
  weights: readonly number[],
  bias: readonly number[],
  t: Transposed,
): number[] {
  const filters = t.perGroup * t.groups;
  const sums = Array.from({ length: filters * t.output }, (_, index) => bias[Math.floor(index / t.output)]);
  for (let channel = 0; channel < t.channels; channel++) {
    const group = Math.floor(channel / (t.channels / t.groups));
    for (let at = 0; at < t.size; at++) {
      for (let filter = 0; filter < t.perGroup; filter++) {
        for (let tap = 0; tap < t.kernel; tap++) {
          const to = at * t.stride + tap * t.dilation - t.before;
          if (to < 0 || to >= t.output) continue;
          sums[(group * t.perGroup + filter) * t.output + to] +=
            input[channel * t.size + at] * weights[(channel * t.perGroup + filter) * t.kernel + tap];
        }
      }
    }
  }
  return sums;
}

type Case = readonly [NodeOptions['attributes'], Partial<Transposed>];

/** Of 4 channels of 5 pixels, and 2 filters of 3 taps to a group: 7 pixels, 11 with stride 2. */
const CASES: readonly Case[] = [
  [{}, {}],
  [
    { strides: [2], pads: [1, 1], output_padding: [1] },
    { stride: 2, before: 1, output: 10 },
  ],
  [
    { strides: [2], pads: [0, 1] },
    { stride: 2, output: 10 },
  ],
  [
    { strides: [2], pads: [2, 0] },
    { stride: 2, before: 2, output: 9 },
  ],
  [
    { strides: [3], output_padding: [2] },
    { stride: 3, output: 17 },
  ],
  [
    { strides: [2], output_shape: [10] },
    { stride: 2, before: 1, output: 10 },
  ],
  [
    { strides: [2], output_shape: [12] },
    { stride: 2, output: 12 },
  ],
  [
    { strides: [2], auto_pad: 'SAME_UPPER' },
    { stride: 2, before: 0, output: 10 },
  ],
  [
    { strides: [2], auto_pad: 'SAME_LOWER' },
    { stride: 2, before: 1, output: 10 },
  ],
  [{ dilations: [2] }, { dilation: 2, output: 9 }],
  [
    { dilations: [2], strides: [2], pads: [2, 1] },
    { dilation: 2, stride: 2, before: 2, output: 10 },
  ],
  [{ group: 2 }, { groups: 2 }],
  [
    { group: 4, strides: [2], pads: [1, 1] },
    { groups: 4, stride: 2, before: 1, output: 9 },
  ],
];

describe('ConvTranspose', () => {
  it.each(CASES)('%j', async (attributes, changes) => {
    const t: Transposed = {
      channels: 4,
      size: 5,
      perGroup: 2,
      kernel: 3,
      stride: 1,
      dilation: 1,
      groups: 1,
      before: 0,
      output: 7,
      ...changes,
    };
    const filters = t.perGroup * t.groups;
    const [input, weights, bias] = [scattered([1, 4, 5]), scattered([4, 2, 3], 2), scattered([filters], 3)];
    const { shape, values } = await runNode('ConvTranspose', [input], {
      ...(attributes && { attributes }),
      constants: [weights, bias],
    });
    expect(shape).toEqual([1, filters, t.output]);
    const expected = reference(input.values, weights.values, bias.values, t);
    for (const [index, value] of expected.entries()) expect(values[index]).toBeCloseTo(value, 4);
  });

  it.each([
    [{ strides: [2, 2], pads: [1, 1, 1, 1] }, [4, 4], ['transpose_conv']],
    [{ strides: [2, 2] }, [2, 2], ['transpose_conv']],
    [{ strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }, [3, 3], ['transpose_conv', 'slice']],
  ])('%j is one operator where TensorFlow Lite Micro pads alike', async (attributes, kernel, kinds) => {
    const run = await runNode('ConvTranspose', [scattered([1, 2, 4, 4])], {
      attributes,
      constants: [scattered([2, 3, ...kernel])],
    });
    expect(run.shape).toEqual([1, 3, 8, 8]);
    expect(run.kinds.filter((kind) => kind !== 'transpose')).toEqual(kinds);
  });

  it('refuses more zeros between weights than any flash holds', async () => {
    const reading = runNode('ConvTranspose', [scattered([1, 2, 4])], {
      attributes: { dilations: [2 ** 30] },
      constants: [scattered([2, 1, 3])],
    });
    await expect(reading).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('its weights become 4294967298 with the zeros'),
    });
  });

  it('refuses weights for other channels', async () => {
    const reading = runNode('ConvTranspose', [scattered([1, 2, 4])], { constants: [scattered([3, 1, 3])] });
    await expect(reading).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('there are 2'),
    });
  });
});

describe('Conv', () => {
  it.each([
    [[4, 3, 3], {}, 'its 4 filters are for 3 channels in 1 group, and there are 2.'],
    [[3, 1, 3], { group: 2 }, 'its 3 filters are for 1 channel in 2 groups, and there are 2.'],
  ])('refuses weights %j %j', async (shape, attributes, message) => {
    const reading = runNode('Conv', [scattered([1, 2, 5])], { attributes, constants: [scattered(shape)] });
    await expect(reading).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining(message) });
  });

  it('pads by the odd pixel before the image where SAME_LOWER says so', async () => {
    const run = await runNode('Conv', [{ shape: [1, 1, 4], values: [1, 2, 3, 4] }], {
      attributes: { auto_pad: 'SAME_LOWER', strides: [2] },
      constants: [{ shape: [1, 1, 3], values: [1, 10, 100] }],
    });
    expect(run.values).toEqual([210, 432]);
  });
});
