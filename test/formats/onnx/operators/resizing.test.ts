import { describe, expect, it } from 'vitest';
import { type NodeOptions, runNode } from './run-node.ts';

const LINE = { shape: [1, 1, 1, 4], values: [0, 1, 2, 3] };

function scales(...values: number[]): NonNullable<NodeOptions['constants']> {
  return [undefined, { shape: [4], values: [1, 1, ...values] }];
}

function sizes(...values: number[]): NonNullable<NodeOptions['constants']> {
  return [undefined, undefined, { shape: [4], values: [1, 1, ...values], isInteger: true }];
}

/** Shares at a quarter of a pixel for a = −3/4. */
const QUARTER = [-0.10546875, 0.87890625, 0.26171875, -0.03515625];

function cubicAt(taps: readonly number[], shares: readonly number[]): number {
  return taps.reduce((sum, tap, index) => sum + tap * shares[index], 0);
}

const CUBIC_LINE = [
  cubicAt([0, 0, 0, 1], QUARTER.toReversed()),
  cubicAt([0, 0, 1, 2], QUARTER),
  cubicAt([0, 0, 1, 2], QUARTER.toReversed()),
  cubicAt([0, 1, 2, 3], QUARTER),
  cubicAt([0, 1, 2, 3], QUARTER.toReversed()),
  cubicAt([1, 2, 3, 3], QUARTER),
  cubicAt([1, 2, 3, 3], QUARTER.toReversed()),
  cubicAt([2, 3, 3, 3], QUARTER),
];

type Case = readonly [NodeOptions, readonly number[], string];

const CASES: readonly Case[] = [
  [{ constants: scales(1, 2) }, [0, 0, 1, 1, 2, 2, 3, 3], 'resize_nearest_neighbor'],
  // 7 of 4 pixels: not one of TensorFlow Lite Micro's own steps, which are 4/7 of a pixel here.
  [
    {
      constants: scales(1, 1.8),
      attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'ceil' },
    },
    [0, 1, 2, 2, 3, 3, 3],
    'gather',
  ],
  [
    { constants: sizes(1, 2), attributes: { nearest_mode: 'round_prefer_floor' } },
    [0, 2],
    'resize_nearest_neighbor',
  ],
  [
    { constants: sizes(1, 2), attributes: { nearest_mode: 'round_prefer_ceil' } },
    [1, 3],
    'resize_nearest_neighbor',
  ],
  [
    {
      constants: sizes(1, 7),
      attributes: { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    },
    [0, 0.5, 1, 1.5, 2, 2.5, 3],
    'resize_bilinear',
  ],
  [
    {
      constants: sizes(1, 8),
      attributes: { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' },
    },
    [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3],
    'resize_bilinear',
  ],
  [
    { constants: sizes(1, 8), attributes: { mode: 'linear', coordinate_transformation_mode: 'asymmetric' } },
    [0, 0.5, 1, 1.5, 2, 2.5, 3, 3],
    'resize_bilinear',
  ],
  // 7 pixels of 4 at steps of 1 / 1.8: whole sizes alone have steps of TensorFlow Lite Micro's own.
  [
    {
      constants: scales(1, 1.8),
      attributes: { mode: 'linear', coordinate_transformation_mode: 'asymmetric' },
    },
    [0, 5 / 9, 10 / 9, 15 / 9, 20 / 9, 25 / 9, 3],
    'fully_connected',
  ],
  // A line stays one under a cubic, but for its ends: 0 and 3 are there beyond them, too.
  [{ constants: scales(1, 2), attributes: { mode: 'cubic' } }, CUBIC_LINE, 'fully_connected'],
  [
    { opset: 18, constants: scales(1, 0.5), attributes: { mode: 'linear', antialias: 1 } },
    // Distances 0.25, 0.75 and 1.25 of half a pixel's width each, those beyond the border on it.
    [0.375 * 1 + 0.125 * 2, 0.125 * 1 + 0.375 * 2 + 0.375 * 3 + 0.125 * 3],
    'fully_connected',
  ],
];

describe('Resize', () => {
  it.each(CASES)('%j', async (options, expected, kind) => {
    const { kinds, values } = await runNode('Resize', [LINE], options);
    expect(kinds).toContain(kind);
    for (const [index, value] of expected.entries()) expect(values[index]).toBeCloseTo(value, 5);
  });

  it('takes the axes that the file names, and one scale for all where the ratio is kept', async () => {
    const { shape } = await runNode('Resize', [{ shape: [1, 1, 2, 4], values: [0, 1, 2, 3, 4, 5, 6, 7] }], {
      opset: 18,
      attributes: { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' },
      constants: [undefined, undefined, { shape: [2], values: [8, 8], isInteger: true }],
    });
    expect(shape).toEqual([1, 1, 4, 8]);
  });

  it.each<[NodeOptions, string]>([
    [{ constants: scales(1, 2), attributes: { mode: 'spline' } }, 'its "mode" is "spline"'],
    [
      { constants: scales(1, 2), attributes: { coordinate_transformation_mode: 'mine' } },
      'its "coordinate_transformation_mode" is "mine"',
    ],
    [{ constants: scales(1, 2), attributes: { nearest_mode: 'last' } }, 'its "nearest_mode" is "last"'],
    [
      { constants: [undefined, { shape: [4], values: [1, 2, 1, 1] }] },
      'it resizes the batch or the channels',
    ],
    [{ constants: sizes(1, 2 ** 19), attributes: { mode: 'cubic' } }, 'it makes 524288 of 4 pixels'],
  ])('refuses %j', async (options, message) => {
    await expect(runNode('Resize', [LINE], options)).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    [sizes(1, 2 ** 30), 'it makes 1073741824 of the 4 elements of axis 3'],
    [scales(1, 0.1), 'it makes 0 of the 4 elements of axis 3'],
    [[undefined, { shape: [2], values: [1, 1] }], 'its sizes or scales are [1, 1] for 4 axes'],
  ])('refuses %j as damaged', async (constants, message) => {
    await expect(runNode('Resize', [LINE], { constants })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message),
    });
  });
});

describe('blocks', () => {
  const image = { shape: [1, 8, 1, 1], values: [0, 1, 2, 3, 4, 5, 6, 7] };

  it.each([
    ['DCR', [0, 2, 4, 6, 1, 3, 5, 7]],
    ['CRD', [0, 1, 2, 3, 4, 5, 6, 7]],
  ])('DepthToSpace %s', async (mode, expected) => {
    const { shape, values } = await runNode('DepthToSpace', [image], { attributes: { blocksize: 2, mode } });
    expect(shape).toEqual([1, 2, 2, 2]);
    expect(values).toEqual(expected);
  });
});
