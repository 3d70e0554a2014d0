import { describe, expect, it } from 'vitest';
import { type NodeOptions, runNode } from './run-node.ts';

const LINE = { shape: [1, 1, 1, 4], values: [0, 1, 2, 3] };

function scales(...values: number[]): NonNullable<NodeOptions['constants']> {
  return [undefined, { shape: [4], values: [1, 1, ...values] }];
}

function sizes(...values: number[]): NonNullable<NodeOptions['constants']> {
  return [undefined, undefined, { shape: [4], values: [1, 1, ...values], isInteger: true }];
}

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
    [{ constants: scales(1, 2), attributes: { mode: 'cubic' } }, 'its "mode" is "cubic"'],
    [{ constants: scales(1, 2), attributes: { antialias: 1 } }, 'its "antialias" is 1'],
    [{ constants: scales(1, 1.8), attributes: { mode: 'linear' } }, '1 x 4 pixels become 1 x 7 otherwise'],
    [
      { constants: [undefined, { shape: [4], values: [1, 2, 1, 1] }] },
      'it resizes the batch or the channels',
    ],
  ])('refuses %j', async (options, message) => {
    await expect(runNode('Resize', [LINE], options)).rejects.toMatchObject({
      kind: 'unsupported',
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
