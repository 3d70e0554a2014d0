import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/tensor.ts';
import { type AttributesOf, OP_KINDS, type OpKind, opOf } from '../../src/ops/index.ts';

interface Inference<Kind extends OpKind> {
  readonly attributes: AttributesOf<Kind>;
  readonly inputs: readonly (Shape | undefined)[];
  readonly output: Shape;
  /** Outputs after the first. */
  readonly more?: readonly Shape[];
  readonly macs: number;
}

type Row<Kind extends OpKind> = readonly [Inference<Kind>, ...Inference<Kind>[]];

const plain = { attributes: {}, inputs: [[2, 3]], output: [2, 3], macs: 0 } as const;
const none = { activation: 'none' } as const;
const broadcasts = [
  {
    attributes: none,
    inputs: [
      [2, 3],
      [2, 3],
    ],
    output: [2, 3],
    macs: 6,
  },
  {
    attributes: none,
    inputs: [
      [1, 4, 1, 3],
      [2, 1, 5, 1],
    ],
    output: [2, 4, 5, 3],
    macs: 120,
  },
  { attributes: none, inputs: [[], [2, 3]], output: [2, 3], macs: 6 },
  { attributes: none, inputs: [[4, 3], [3]], output: [4, 3], macs: 12 },
] as const;
const extremes = [
  {
    attributes: {},
    inputs: [
      [1, 4, 1, 3],
      [2, 1, 5, 1],
    ],
    output: [2, 4, 5, 3],
    macs: 0,
  },
] as const;
const lstm = (input: Shape, units: number, cell: Shape) =>
  [
    input,
    ...Array<Shape>(4).fill([units, input[2]]),
    ...Array<Shape>(4).fill([units, units]),
    ...Array<Shape>(4).fill([units]),
    [2, units],
    cell,
  ] as const;
const dense = { activation: 'none', keepNumDims: false } as const;

const convolution = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;
const pools = [
  {
    attributes: { padding: 'valid', strides: [3, 1], filter: [3, 2], activation: 'none' },
    inputs: [[1, 9, 5, 2]],
    output: [1, 3, 4, 2],
    macs: 0,
  },
  {
    attributes: { padding: 'same', strides: [2, 3], filter: [9, 9], activation: 'relu' },
    inputs: [[2, 5, 6, 3]],
    output: [2, 3, 2, 3],
    macs: 0,
  },
] as const;
const reductions = [
  { attributes: { axes: [1, 2], keepDims: false }, inputs: [[2, 3, 4, 5]], output: [2, 5], macs: 0 },
  { attributes: { axes: [0, 3], keepDims: true }, inputs: [[2, 3, 4, 5]], output: [1, 3, 4, 1], macs: 0 },
  { attributes: { axes: [0, 1], keepDims: false }, inputs: [[2, 3]], output: [], macs: 0 },
] as const;

const resize = { size: [4, 6], alignCorners: false, halfPixelCenters: true } as const;
const image = { inputs: [[1, 4, 6, 8]], macs: 0 } as const;

const inferences: { readonly [Kind in OpKind]: Row<Kind> } = {
  abs: [plain],
  cast: [plain],
  div: broadcasts,
  equal: extremes,
  floor_div: extremes,
  floor_mod: extremes,
  greater: extremes,
  greater_equal: extremes,
  less: extremes,
  less_equal: extremes,
  logical_and: extremes,
  logical_not: [plain],
  logical_or: extremes,
  not_equal: extremes,
  select_v2: [
    { attributes: {}, inputs: [[2, 1], [3], [1, 2, 1]], output: [1, 2, 3], macs: 0 },
    { attributes: {}, inputs: [[], [2, 3], []], output: [2, 3], macs: 0 },
  ],
  squared_difference: extremes,
  ceil: [plain],
  cos: [plain],
  exp: [plain],
  floor: [plain],
  log: [plain],
  neg: [plain],
  round: [plain],
  rsqrt: [plain],
  sin: [plain],
  sqrt: [plain],
  square: [plain],
  add: broadcasts,
  sub: broadcasts,
  mul: broadcasts,
  average_pool_2d: pools,
  max_pool_2d: pools,
  mean: reductions,
  sum: reductions,
  reduce_max: reductions,
  reduce_min: reductions,
  conv_2d: [
    {
      attributes: { ...convolution, strides: [2, 2] },
      inputs: [[1, 96, 95, 3], [8, 3, 3, 3], [8]],
      output: [1, 48, 48, 8],
      macs: 497664,
    },
    {
      attributes: { ...convolution, padding: 'valid', dilations: [3, 2] },
      inputs: [[2, 9, 8, 2], [4, 3, 3, 2], undefined],
      output: [2, 3, 4, 4],
      macs: 1728,
    },
    {
      attributes: convolution,
      inputs: [
        [1, 5, 5, 4],
        [6, 1, 1, 2],
      ],
      output: [1, 5, 5, 6],
      macs: 300,
    },
  ],
  depthwise_conv_2d: [
    {
      attributes: { ...convolution, strides: [2, 2], depthMultiplier: 8 },
      inputs: [[1, 49, 40, 1], [1, 10, 8, 8], [8]],
      output: [1, 25, 20, 8],
      macs: 320000,
    },
  ],
  transpose_conv: [
    {
      attributes: { padding: 'same', strides: [2, 2], outputShape: [1, 7, 8, 3], activation: 'none' },
      inputs: [[1, 4, 4, 2], [3, 3, 3, 2], [3]],
      output: [1, 7, 8, 3],
      macs: 864,
    },
  ],
  dequantize: [plain],
  logistic: [plain],
  quantize: [plain],
  relu: [plain],
  relu6: [plain],
  svdf: [
    {
      attributes: { rank: 2, activation: 'none' },
      inputs: [[2, 8], [6, 8], [6, 5], [3], [2, 30]],
      output: [2, 3],
      macs: 2 * 6 * (8 + 5),
    },
    {
      attributes: { rank: 1, activation: 'relu' },
      inputs: [[1, 4], [3, 4], [3, 1], undefined, [1, 3]],
      output: [1, 3],
      macs: 3 * (4 + 1),
    },
  ],
  tanh: [plain],
  softmax: [{ ...plain, attributes: { beta: 1 } }],
  reshape: [{ attributes: { newShape: [3, 1, 2] }, inputs: [[2, 3]], output: [3, 1, 2], macs: 0 }],
  arg_max: [{ attributes: { axis: -2 }, ...image, output: [1, 4, 8] }],
  batch_to_space_nd: [
    {
      attributes: {
        blockShape: [2, 2],
        crops: [
          [0, 1],
          [2, 0],
        ],
      },
      inputs: [[4, 2, 3, 5]],
      output: [1, 3, 4, 5],
      macs: 0,
    },
    { attributes: { blockShape: [3], crops: [[0, 0]] }, inputs: [[6, 2, 5]], output: [2, 6, 5], macs: 0 },
  ],
  concatenation: [
    {
      attributes: { axis: -1, activation: 'none' },
      inputs: [
        [2, 3],
        [2, 1],
        [2, 4],
      ],
      output: [2, 8],
      macs: 0,
    },
  ],
  depth_to_space: [{ attributes: { blockSize: 2 }, ...image, output: [1, 8, 12, 2] }],
  elu: [plain],
  expand_dims: [
    { attributes: { axis: 0 }, inputs: [[2, 3]], output: [1, 2, 3], macs: 0 },
    { attributes: { axis: -1 }, inputs: [[2, 3]], output: [2, 3, 1], macs: 0 },
  ],
  gather: [
    {
      attributes: { axis: 1, batchDims: 0 },
      inputs: [
        [2, 3, 4],
        [5, 6],
      ],
      output: [2, 5, 6, 4],
      macs: 0,
    },
    {
      attributes: { axis: -2, batchDims: -1 },
      inputs: [
        [2, 3, 4],
        [2, 6],
      ],
      output: [2, 6, 4],
      macs: 0,
    },
  ],
  hard_swish: [plain],
  leaky_relu: [{ ...plain, attributes: { alpha: 0.3 } }],
  maximum: extremes,
  minimum: extremes,
  mirror_pad: [
    {
      attributes: {
        paddings: [
          [0, 1],
          [2, 2],
        ],
        mode: 'reflect',
      },
      inputs: [[2, 3]],
      output: [3, 7],
      macs: 0,
    },
  ],
  pack: [
    {
      attributes: { axis: 1 },
      inputs: [
        [2, 3],
        [2, 3],
      ],
      output: [2, 2, 3],
      macs: 0,
    },
  ],
  pad: [
    {
      attributes: {
        paddings: [
          [0, 0],
          [1, 2],
        ],
      },
      inputs: [[2, 3]],
      output: [2, 6],
      macs: 0,
    },
  ],
  padv2: [{ attributes: { paddings: [[1, 2]] }, inputs: [[3], []], output: [6], macs: 0 }],
  prelu: [
    {
      attributes: {},
      inputs: [
        [1, 4, 6, 8],
        [1, 1, 8],
      ],
      output: [1, 4, 6, 8],
      macs: 0,
    },
  ],
  resize_bilinear: [{ attributes: resize, inputs: [[2, 3, 3, 5]], output: [2, 4, 6, 5], macs: 0 }],
  resize_nearest_neighbor: [{ attributes: resize, inputs: [[2, 3, 3, 5]], output: [2, 4, 6, 5], macs: 0 }],
  slice: [{ attributes: { begin: [1, 0], size: [-1, 2] }, inputs: [[4, 3]], output: [3, 2], macs: 0 }],
  space_to_batch_nd: [
    {
      attributes: {
        blockShape: [2, 3],
        paddings: [
          [0, 0],
          [0, 0],
        ],
      },
      ...image,
      output: [6, 2, 2, 8],
    },
  ],
  space_to_depth: [{ attributes: { blockSize: 2 }, ...image, output: [1, 2, 3, 32] }],
  split: [
    {
      attributes: { axis: 2, count: 3 },
      ...image,
      output: [1, 4, 2, 8],
      more: [
        [1, 4, 2, 8],
        [1, 4, 2, 8],
      ],
    },
  ],
  split_v: [
    { attributes: { axis: -1, sizes: [3, 5] }, ...image, output: [1, 4, 6, 3], more: [[1, 4, 6, 5]] },
  ],
  squeeze: [
    { attributes: { axes: [-1] }, inputs: [[1, 3, 1]], output: [1, 3], macs: 0 },
    { attributes: { axes: [] }, inputs: [[1, 3, 1]], output: [3], macs: 0 },
  ],
  strided_slice: [
    {
      attributes: {
        begin: [0, -1, 0],
        end: [2, 0, 1],
        strides: [1, -2, 1],
        beginMask: 1,
        endMask: 2,
        shrinkAxisMask: 4,
      },
      inputs: [[4, 6, 8]],
      output: [2, 3],
      macs: 0,
    },
  ],
  transpose: [{ attributes: { permutation: [0, 3, 1, 2] }, ...image, output: [1, 8, 4, 6] }],
  assign_variable: [
    {
      attributes: {},
      inputs: [
        [1, 3],
        [1, 3],
      ],
      output: [1, 3],
      macs: 0,
    },
  ],
  read_variable: [plain],
  unidirectional_sequence_lstm: [
    {
      attributes: { cellClip: 0, timeMajor: false },
      inputs: lstm([2, 7, 6], 3, [2, 3]),
      output: [2, 7, 3],
      macs: 2 * 7 * (4 * 3 * (6 + 3) + 3 * 3),
    },
    {
      attributes: { cellClip: 10, timeMajor: true },
      inputs: lstm([7, 2, 6], 3, [1, 3, 2]),
      output: [7, 2, 3],
      macs: 2 * 7 * (4 * 3 * (6 + 3) + 3 * 3),
    },
  ],
  unpack: [
    {
      attributes: { axis: 1 },
      inputs: [[2, 3, 4]],
      output: [2, 4],
      more: [
        [2, 4],
        [2, 4],
      ],
      macs: 0,
    },
  ],
  add_n: [
    {
      attributes: {},
      inputs: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      output: [2, 3],
      macs: 12,
    },
  ],
  arg_min: [{ attributes: { axis: -2 }, inputs: [[2, 3, 4]], output: [2, 4], macs: 0 }],
  batch_matmul: [
    {
      attributes: { adjX: false, adjY: false },
      inputs: [
        [2, 3],
        [3, 5],
      ],
      output: [2, 5],
      macs: 30,
    },
    {
      attributes: { adjX: true, adjY: true },
      inputs: [
        [1, 2, 3, 4],
        [6, 1, 5, 3],
      ],
      output: [6, 2, 4, 5],
      macs: 720,
    },
  ],
  broadcast_to: [
    { attributes: { shape: [2, 3, 4] }, inputs: [[3, 1]], output: [2, 3, 4], macs: 0 },
    { attributes: { shape: [2] }, inputs: [[]], output: [2], macs: 0 },
  ],
  cumsum: [
    { attributes: { axis: -1, exclusive: true, reverse: false }, inputs: [[2, 3]], output: [2, 3], macs: 0 },
  ],
  fill: [{ attributes: { shape: [2, 3] }, inputs: [[]], output: [2, 3], macs: 0 }],
  gather_nd: [
    {
      attributes: {},
      inputs: [
        [2, 3, 4],
        [5, 2],
      ],
      output: [5, 4],
      macs: 0,
    },
    { attributes: {}, inputs: [[2, 3], [2]], output: [], macs: 0 },
  ],
  l2_normalization: [{ attributes: {}, inputs: [[2, 3]], output: [2, 3], macs: 0 }],
  l2_pool_2d: pools,
  log_softmax: [{ attributes: {}, inputs: [[2, 3]], output: [2, 3], macs: 0 }],
  reverse_v2: [{ attributes: { axes: [1, 2] }, inputs: [[2, 3, 4]], output: [2, 3, 4], macs: 0 }],
  tflite_detection_postprocess: [
    {
      attributes: {
        maxDetections: 3,
        maxClassesPerDetection: 1,
        detectionsPerClass: 100,
        classes: 2,
        perClass: false,
        scoreThreshold: 0.5,
        overlapThreshold: 0.5,
        scales: [10, 10, 5, 5],
      },
      inputs: [
        [1, 6, 4],
        [1, 6, 3],
        [6, 4],
      ],
      output: [1, 3, 4],
      more: [[1, 3], [1, 3], [1]],
      macs: 0,
    },
  ],
  tflm_decode: [
    {
      attributes: {
        tables: [
          { shape: [2, 3], bitWidth: 2, stride: 4 },
          { shape: [5], bitWidth: 1, stride: 0 },
        ],
      },
      inputs: [[2], [20], [1], [18]],
      output: [2, 3],
      more: [[5]],
      macs: 0,
    },
  ],
  tile: [{ attributes: { multiples: [3, 1, 2] }, inputs: [[1, 2, 3]], output: [3, 2, 6], macs: 0 }],
  zeros_like: [{ attributes: {}, inputs: [[2, 3]], output: [2, 3], macs: 0 }],
  fully_connected: [
    { attributes: dense, inputs: [[1, 4], [2, 4], [2]], output: [1, 2], macs: 8 },
    {
      attributes: dense,
      inputs: [
        [5, 4],
        [2, 4],
      ],
      output: [5, 2],
      macs: 40,
    },
    { attributes: dense, inputs: [[1, 2, 3, 4], [6, 24], undefined], output: [1, 6], macs: 144 },
    {
      attributes: dense,
      inputs: [
        [1, 13],
        [4, 12],
      ],
      output: [1, 4],
      macs: 48,
    },
    {
      attributes: { ...dense, keepNumDims: true },
      inputs: [
        [1, 3, 2, 8],
        [5, 8],
      ],
      output: [1, 3, 2, 5],
      macs: 240,
    },
  ],
};

describe('shapes and costs', () => {
  it.each(OP_KINDS)('%s', (kind) => {
    const op = opOf(kind);
    for (const { attributes, inputs, output, more = [], macs } of inferences[kind]) {
      expect(op.attributes.parse(attributes)).toEqual(attributes);
      expect(op.infer(attributes, inputs)).toEqual([output, ...more]);
      expect(op.macs(inputs, [output])).toBe(macs);
    }
  });

  it('attributes have no others beside them', () => {
    for (const kind of OP_KINDS) {
      const [{ attributes }] = inferences[kind];
      expect(opOf(kind).attributes.safeParse({ ...attributes, extra: 1 }).success, kind).toBe(false);
    }
  });

  it('axes of reductions ascend, and there is one', () => {
    const parses = (axes: number[]) => opOf('sum').attributes.safeParse({ axes, keepDims: true }).success;
    expect([[0, 2], [2, 0], [1, 1], [-1], []].map(parses)).toEqual([true, false, false, false, false]);
  });
});
