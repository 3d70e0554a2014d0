import { describe, expect, it } from 'vitest';
import { type GivenTensor, runNode, scattered } from './run-node.ts';

interface Window {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pads: readonly [number, number];
  readonly ceil: boolean;
}

function countOf({ size, kernel, stride, dilation, pads, ceil }: Window): number {
  const steps = (size + pads[0] + pads[1] - (kernel - 1) * dilation - 1) / stride;
  const count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  return ceil && (count - 1) * stride >= size + pads[0] ? count - 1 : count;
}

function reference(
  values: readonly number[],
  window: Window,
  join: (taps: readonly number[], padded: number) => number,
): number[] {
  const { size, kernel, stride, dilation, pads } = window;
  return Array.from({ length: countOf(window) }, (_, position) => {
    const places = Array.from({ length: kernel }, (_, tap) => position * stride - pads[0] + tap * dilation);
    const inside = places.filter((place) => place >= 0 && place < size);
    const padded = places.filter((place) => place >= -pads[0] && place < size + pads[1]);
    return join(
      inside.map((place) => values[place]),
      padded.length,
    );
  });
}

function windows(): Window[] {
  const all: Window[] = [];
  for (const [size, kernel, stride, dilation] of [
    [7, 3, 2, 1],
    [8, 3, 2, 1],
    [6, 3, 3, 1],
    [5, 4, 3, 1],
    [9, 3, 1, 2],
  ]) {
    for (const pads of [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 2],
    ] as const) {
      for (const ceil of [false, true]) all.push({ size, kernel, stride, dilation, pads, ceil });
    }
  }
  return all;
}

/** Along one axis, in 1-D and as the height of an image. */
async function expectPool(
  operator: string,
  window: Window,
  extra: Readonly<Record<string, number>>,
  expected: readonly number[],
  input: GivenTensor,
): Promise<void> {
  const { kernel, stride, dilation, pads, ceil } = window;
  const attributes = { ...extra, ceil_mode: Number(ceil) };
  const line = await runNode(operator, [input], {
    opset: 19,
    attributes: { ...attributes, kernel_shape: [kernel], strides: [stride], dilations: [dilation], pads },
  });
  const image = await runNode(operator, [{ ...input, shape: [1, 1, window.size, 1] }], {
    opset: 19,
    attributes: {
      ...attributes,
      kernel_shape: [kernel, 1],
      strides: [stride, 1],
      dilations: [dilation, 1],
      pads: [pads[0], 0, pads[1], 0],
    },
  });
  expect(line.shape).toEqual([1, 1, expected.length]);
  expect(image.shape).toEqual([1, 1, expected.length, 1]);
  for (const [index, value] of expected.entries()) {
    expect(line.values[index]).toBeCloseTo(value, 6);
    expect(image.values[index]).toBeCloseTo(value, 6);
  }
}

const sum = (taps: readonly number[]): number => taps.reduce((total, value) => total + value, 0);

describe('pooling', () => {
  it.each(windows())('over %j', async (window) => {
    const input = scattered([1, 1, window.size]);
    const values = input.values.map(Math.fround);
    const largest = reference(values, window, (taps) => Math.max(...taps));
    await expectPool('MaxPool', window, {}, largest, input);
    const average = reference(values, window, (taps) => sum(taps) / taps.length);
    await expectPool('AveragePool', window, {}, average, input);
    const padded = reference(values, window, (taps, count) => sum(taps) / count);
    await expectPool('AveragePool', window, { count_include_pad: 1 }, padded, input);
    if (window.dilation > 1) return;
    const roots = reference(values, window, (taps) => Math.sqrt(sum(taps.map((value) => value * value))));
    await expectPool('LpPool', window, {}, roots, input);
  });

  it('repeats the border around a maximum, which widens no range', async () => {
    const attributes = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
    const { kinds } = await runNode('MaxPool', [scattered([1, 2, 8, 8])], { attributes });
    expect(kinds.filter((kind) => kind !== 'transpose')).toEqual(['mirror_pad', 'max_pool_2d']);
  });

  it('averages zeros around the image by weights, which have a scale of their own', async () => {
    const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 };
    const { kinds } = await runNode('AveragePool', [scattered([1, 2, 8, 8])], { attributes });
    expect(kinds.filter((kind) => kind !== 'transpose')).toEqual(['depthwise_conv_2d']);
  });

  it('refuses to say where the largest values lie', async () => {
    const reading = runNode('MaxPool', [scattered([1, 1, 4, 4])], {
      attributes: { kernel_shape: [2, 2] },
      outputs: ['y', 'indices'],
    });
    await expect(reading).rejects.toMatchObject({
      kind: 'unsupported',
      hint: 'Export the model without return_indices.',
    });
  });

  it('refuses windows without bounds before it looks at them', async () => {
    const attributes = { kernel_shape: [2 ** 30], pads: [2 ** 29, 2 ** 29] };
    await expect(runNode('MaxPool', [scattered([1, 1, 6])], { attributes })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('its "kernel_shape" reaches over 1073741824 pixels.'),
    });
  });

  it('refuses a window that covers nothing of the image', async () => {
    const attributes = { kernel_shape: [2], strides: [2], pads: [0, 2] };
    await expect(runNode('MaxPool', [scattered([1, 1, 6])], { attributes })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('its "pads" are so large that a window covers nothing of the image.'),
    });
  });

  it.each([
    [{}, 'its attribute "kernel_shape" is missing'],
    [{ kernel_shape: [9] }, 'its window of 9 does not fit into 4'],
  ])('refuses %j', async (attributes, message) => {
    await expect(runNode('MaxPool', [scattered([1, 1, 4])], { attributes })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message),
    });
  });
});
