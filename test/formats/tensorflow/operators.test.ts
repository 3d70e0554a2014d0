import { describe, expect, it } from 'vitest';
import { elementCount } from '../../../src/core/tensor.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { constant, graphBytes, integers, placeholder, type TestNode } from './graph-file.ts';

type Numbers = readonly number[];

/** Not whole, of both signs, no two alike. */
function ramp(count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.fround(Math.sin(1.3 * index + 0.4) * 3));
}

async function run(shape: Numbers, nodes: readonly TestNode[]) {
  const graph = await readModel(graphBytes([placeholder('x', shape), ...nodes]));
  const [output] = createInterpreter(graph).invoke([Float32Array.from(ramp(elementCount(shape)))]);
  return { shape: getValue(graph, graph.outputs[0]).type.shape, values: Array.from(output, Number) };
}

function expectNear(actual: Numbers, expected: Numbers): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index], 4);
}

interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** In front of rows and columns. */
  readonly before: readonly [number, number];
  /** Rows and columns of the output. */
  readonly output: readonly [number, number];
}

/** Visits every tap of every output that lies in an image of [height, width]. */
function taps(
  [height, width]: readonly [number, number],
  { size, strides, dilations, before, output }: Window,
  visit: (place: number, tap: number, pixel: number) => void,
): void {
  for (let row = 0; row < output[0]; row++) {
    for (let column = 0; column < output[1]; column++) {
      for (let y = 0; y < size[0]; y++) {
        for (let x = 0; x < size[1]; x++) {
          const at = [
            row * strides[0] + y * dilations[0] - before[0],
            column * strides[1] + x * dilations[1] - before[1],
          ];
          if (at[0] < 0 || at[0] >= height || at[1] < 0 || at[1] >= width) continue;
          visit(row * output[1] + column, y * size[1] + x, at[0] * width + at[1]);
        }
      }
    }
  }
}

const HEIGHT = 5;
const WIDTH = 6;
const CHANNELS = 2;
const IMAGE = ramp(HEIGHT * WIDTH * CHANNELS);
const WEIGHTS = Array.from({ length: 2 * 3 * CHANNELS * 3 }, (_, index) => Math.fround(Math.cos(index)));

/** Conv2D with weights [2, 3, 2, 3]. */
function convolved(window: Omit<Window, 'size'>): number[] {
  const result = new Array<number>(window.output[0] * window.output[1] * 3).fill(0);
  taps([HEIGHT, WIDTH], { ...window, size: [2, 3] }, (place, tap, pixel) => {
    for (let input = 0; input < CHANNELS; input++) {
      for (let output = 0; output < 3; output++) {
        result[place * 3 + output] +=
          IMAGE[pixel * CHANNELS + input] * WEIGHTS[(tap * CHANNELS + input) * 3 + output];
      }
    }
  });
  return result;
}

/** DepthwiseConv2dNative with weights [2, 3, 2, 3]: three filters for each channel. */
function depthwise(window: Omit<Window, 'size'>): number[] {
  const result = new Array<number>(window.output[0] * window.output[1] * 6).fill(0);
  taps([HEIGHT, WIDTH], { ...window, size: [2, 3] }, (place, tap, pixel) => {
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (let filter = 0; filter < 3; filter++) {
        result[place * 6 + channel * 3 + filter] +=
          IMAGE[pixel * CHANNELS + channel] * WEIGHTS[(tap * CHANNELS + channel) * 3 + filter];
      }
    }
  });
  return result;
}

/** Conv2DBackpropInput with weights [2, 3, filters 3, depth 2]: every input adds its window to the output. */
function scattered(
  strides: readonly [number, number],
  before: readonly [number, number],
  output: readonly [number, number],
) {
  const result = new Array<number>(output[0] * output[1] * 3).fill(0);
  const window = { size: [2, 3], strides, dilations: [1, 1], before, output: [HEIGHT, WIDTH] } as const;
  taps(output, window, (pixel, tap, place) => {
    for (let filter = 0; filter < 3; filter++) {
      for (let depth = 0; depth < CHANNELS; depth++) {
        result[place * 3 + filter] +=
          IMAGE[pixel * CHANNELS + depth] * WEIGHTS[(tap * 3 + filter) * CHANNELS + depth];
      }
    }
  });
  return result;
}

const FILTERS = constant('w', [2, 3, CHANNELS, 3], WEIGHTS);
const SHAPE = [1, HEIGHT, WIDTH, CHANNELS];

/** The same operator on images with the channels first, between transposes. */
function channelsFirst(
  node: TestNode,
  image: number,
  ...constants: readonly TestNode[]
): readonly TestNode[] {
  const inputs = (node.inputs ?? []).with(image, 'first');
  return [
    integers('to_first', [4], [0, 3, 1, 2]),
    integers('to_last', [4], [0, 2, 3, 1]),
    { name: 'first', operator: 'Transpose', inputs: ['x', 'to_first'] },
    ...constants,
    { ...node, name: 'inside', inputs, attributes: { ...node.attributes, data_format: 'NCHW' } },
    { name: 'y', operator: 'Transpose', inputs: ['inside', 'to_last'] },
  ];
}

const ONES = [1, 1, 1, 1];

describe('windows over images', () => {
  const same = { strides: [2, 1], dilations: [1, 1], before: [0, 1], output: [3, 6] } as const;

  it.each([
    ['Conv2D', convolved(same), 3],
    ['DepthwiseConv2dNative', depthwise({ ...same, strides: [2, 2], output: [3, 3], before: [0, 0] }), 6],
  ] as const)('%s with the channels last and first', async (operator, expected, channels) => {
    const strides = operator === 'Conv2D' ? [1, 2, 1, 1] : [1, 2, 2, 1];
    const attributes = { strides, padding: 'SAME', dilations: ONES };
    const node = { name: 'y', operator, inputs: ['x', 'w'], attributes };
    const last = await run(SHAPE, [FILTERS, node]);
    const firstStrides = [strides[0], strides[3], strides[1], strides[2]];
    const first = await run(
      SHAPE,
      channelsFirst({ ...node, attributes: { ...attributes, strides: firstStrides } }, 0, FILTERS),
    );
    expect(last.shape.at(-1)).toBe(channels);
    expectNear(last.values, expected);
    expect(first).toEqual(last);
  });

  it('pads as EXPLICIT says, and dilates', async () => {
    const node = {
      name: 'y',
      operator: 'Conv2D',
      inputs: ['x', 'w'],
      attributes: {
        strides: ONES,
        dilations: [1, 2, 1, 1],
        padding: 'EXPLICIT',
        explicit_paddings: [0, 0, 3, 1, 0, 2, 0, 0],
      },
    };
    const { shape, values } = await run(SHAPE, [FILTERS, node]);
    expect(shape).toEqual([1, 7, 6, 3]);
    expectNear(values, convolved({ strides: [1, 1], dilations: [2, 1], before: [3, 0], output: [7, 6] }));
    const attributes = {
      ...node.attributes,
      dilations: [1, 1, 2, 1],
      explicit_paddings: [0, 0, 0, 0, 3, 1, 0, 2],
    };
    expect(await run(SHAPE, channelsFirst({ ...node, attributes }, 0, FILTERS))).toEqual({ shape, values });
  });

  it.each([
    ['SAME', [2, 2], [0, 0], [10, 12]],
    ['VALID', [2, 1], [0, 0], [10, 8]],
    ['SAME', [1, 1], [0, 1], [5, 6]],
  ] as const)(
    'Conv2DBackpropInput with %s padding and strides %o',
    async (padding, strides, before, output) => {
      const sizes = integers('sizes', [4], [1, ...output, 3]);
      const weights = constant('w', [2, 3, 3, CHANNELS], WEIGHTS);
      const attributes = { strides: [1, ...strides, 1], padding, dilations: ONES };
      const node = { name: 'y', operator: 'Conv2DBackpropInput', inputs: ['sizes', 'w', 'x'], attributes };
      const { shape, values } = await run(SHAPE, [sizes, weights, node]);
      expect(shape).toEqual([1, ...output, 3]);
      expectNear(values, scattered(strides, before, output));
    },
  );

  it('MaxPool and AvgPool leave out what is padded', async () => {
    const window = {
      size: [2, 2],
      strides: [2, 2],
      dilations: [1, 1],
      before: [0, 0],
      output: [3, 3],
    } as const;
    const seen = Array.from({ length: 9 * CHANNELS }, (): number[] => []);
    taps([HEIGHT, WIDTH], window, (place, _, pixel) => {
      for (let channel = 0; channel < CHANNELS; channel++) {
        seen[place * CHANNELS + channel].push(IMAGE[pixel * CHANNELS + channel]);
      }
    });
    const attributes = { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'SAME' };
    const pool = (operator: string) => run(SHAPE, [{ name: 'y', operator, inputs: ['x'], attributes }]);
    expectNear(
      (await pool('MaxPool')).values,
      seen.map((values) => Math.max(...values)),
    );
    expectNear(
      (await pool('AvgPool')).values,
      seen.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    );
  });

  it('FusedBatchNormV3 normalizes by what it is given', async () => {
    const [scale, offset, mean, variance] = [
      [1.5, -2],
      [0.25, 3],
      [0.5, -1],
      [2, 0.5],
    ];
    const node = {
      name: 'y',
      operator: 'FusedBatchNormV3',
      inputs: ['x', 'scale', 'offset', 'mean', 'variance'],
      attributes: { is_training: false, epsilon: { float: 0.125 } },
    };
    const constants = [
      constant('scale', [2], scale),
      constant('offset', [2], offset),
      constant('mean', [2], mean),
      constant('variance', [2], variance),
    ];
    const expected = IMAGE.map((value, index) => {
      const channel = index % CHANNELS;
      return (
        ((value - mean[channel]) / Math.sqrt(variance[channel] + 0.125)) * scale[channel] + offset[channel]
      );
    });
    expectNear((await run(SHAPE, [...constants, node])).values, expected);
    expectNear((await run(SHAPE, channelsFirst(node, 0, ...constants))).values, expected);
  });

  it.each([
    [
      'as if corners were aligned',
      { align_corners: true },
      (place: number, from: number, to: number) => (place * (from - 1)) / (to - 1),
    ],
    [
      'between the middles of pixels',
      { half_pixel_centers: true },
      (place: number, from: number, to: number) => Math.max(0, ((place + 0.5) * from) / to - 0.5),
    ],
    ['from the first corner on', {}, (place: number, from: number, to: number) => (place * from) / to],
  ] as const)('ResizeBilinear interpolates %s', async (_, attributes, placeIn) => {
    const [height, width] = [8, 9];
    const at = (y: number, x: number, channel: number) =>
      IMAGE[(Math.min(y, HEIGHT - 1) * WIDTH + Math.min(x, WIDTH - 1)) * CHANNELS + channel];
    const expected: number[] = [];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [y, x] = [placeIn(row, HEIGHT, height), placeIn(column, WIDTH, width)];
        const [top, left] = [Math.floor(y), Math.floor(x)];
        for (let channel = 0; channel < CHANNELS; channel++) {
          const line = (below: number) =>
            at(top + below, left, channel) * (1 - (x - left)) +
            at(top + below, left + 1, channel) * (x - left);
          expected.push(line(0) * (1 - (y - top)) + line(1) * (y - top));
        }
      }
    }
    const node = { name: 'y', operator: 'ResizeBilinear', inputs: ['x', 'size'], attributes };
    expectNear((await run(SHAPE, [integers('size', [2], [height, width]), node])).values, expected);
  });

  it('ResizeNearestNeighbor repeats pixels', async () => {
    const node = {
      name: 'y',
      operator: 'ResizeNearestNeighbor',
      inputs: ['x', 'size'],
      attributes: { half_pixel_centers: true },
    };
    const expected = Array.from({ length: 10 * 12 * CHANNELS }, (_, index) => {
      const [pixel, channel] = [Math.floor(index / CHANNELS), index % CHANNELS];
      const [row, column] = [Math.floor(pixel / 12), pixel % 12];
      return IMAGE[(Math.floor(row / 2) * WIDTH + Math.floor(column / 2)) * CHANNELS + channel];
    });
    expect((await run(SHAPE, [integers('size', [2], [10, 12]), node])).values).toEqual(expected);
  });
});

/** Of x [2, 3]. */
const ROWS = [ramp(6).slice(0, 3), ramp(6).slice(3)];

function node(
  operator: string,
  inputs: readonly string[],
  attributes: TestNode['attributes'] = {},
): TestNode {
  return { name: 'y', operator, inputs, attributes };
}

describe('operators on rows', () => {
  const AXIS = integers('axis', [], [1]);
  const PADS = integers('pads', [2, 2], [1, 1, 2, 1]);
  const padded = (mirror: (index: number, size: number) => number) =>
    [-1, 0, 1, 2].map((row) => [-2, -1, 0, 1, 2, 3].map((column) => ROWS[mirror(row, 2)][mirror(column, 3)]));

  it.each<readonly [string, TestNode, readonly TestNode[], readonly (readonly number[])[]]>([
    [
      'MirrorPad, REFLECT',
      node('MirrorPad', ['x', 'pads'], { mode: 'REFLECT' }),
      [PADS],
      padded((index, size) => (index < 0 ? -index : index >= size ? 2 * (size - 1) - index : index)),
    ],
    [
      'MirrorPad, SYMMETRIC',
      node('MirrorPad', ['x', 'pads'], { mode: 'SYMMETRIC' }),
      [PADS],
      padded((index, size) => (index < 0 ? -index - 1 : index >= size ? 2 * size - 1 - index : index)),
    ],
    [
      'PadV2',
      node('PadV2', ['x', 'pads', 'nine']),
      [PADS, constant('nine', [], [9])],
      [-1, 0, 1, 2].map((row) => [-2, -1, 0, 1, 2, 3].map((column) => ROWS[row]?.[column] ?? 9)),
    ],
    [
      'Cumsum',
      node('Cumsum', ['x', 'axis']),
      [AXIS],
      ROWS.map((row) => row.map((_, end) => row.slice(0, end + 1).reduce((sum, value) => sum + value, 0))),
    ],
    [
      'Cumsum, exclusive from the end',
      node('Cumsum', ['x', 'axis'], { exclusive: true, reverse: true }),
      [AXIS],
      ROWS.map((row) => row.map((_, begin) => row.slice(begin + 1).reduce((sum, value) => sum + value, 0))),
    ],
    [
      'SelectV2',
      node('SelectV2', ['positive', 'x', 'zero']),
      [{ name: 'positive', operator: 'Greater', inputs: ['x', 'zero'] }, constant('zero', [], [0])],
      ROWS.map((row) => row.map((value) => Math.max(value, 0))),
    ],
    [
      'Select of rows',
      node('Select', ['second', 'x', 'minus']),
      [
        { name: 'minus', operator: 'Neg', inputs: ['x'] },
        constant('zero', [], [0]),
        constant('order', [2], [0, 1]),
        { name: 'second', operator: 'Greater', inputs: ['order', 'zero'] },
      ],
      [ROWS[0].map((value) => -value), ROWS[1]],
    ],
    [
      'ReverseV2 of both axes',
      node('ReverseV2', ['x', 'axes']),
      [integers('axes', [2], [0, 1])],
      ROWS.toReversed().map((row) => row.toReversed()),
    ],
    [
      'GatherV2',
      node('GatherV2', ['x', 'places', 'axis']),
      [AXIS, integers('places', [4], [2, 0, 0, 1])],
      ROWS.map((row) => [row[2], row[0], row[0], row[1]]),
    ],
    ['Tile', node('Tile', ['x', 'times']), [integers('times', [2], [2, 1])], [...ROWS, ...ROWS]],
    ['Max without its axis', node('Max', ['x', 'axis']), [AXIS], [ROWS.map((row) => Math.max(...row))]],
    [
      'SquaredDifference of its first column',
      node('SquaredDifference', ['x', 'first']),
      [
        integers('begin', [2], [0, 0]),
        integers('size', [2], [-1, 1]),
        { name: 'first', operator: 'Slice', inputs: ['x', 'begin', 'size'] },
      ],
      ROWS.map((row) => row.map((value) => (value - row[0]) ** 2)),
    ],
    [
      'LeakyRelu',
      node('LeakyRelu', ['x'], { alpha: { float: 0.25 } }),
      [],
      ROWS.map((row) => row.map((value) => (value < 0 ? value / 4 : value))),
    ],
    [
      'Softplus',
      node('Softplus', ['x']),
      [],
      ROWS.map((row) => row.map((value) => Math.log1p(Math.exp(value)))),
    ],
    [
      'Rsqrt of a square',
      node('Rsqrt', ['square']),
      [{ name: 'square', operator: 'Square', inputs: ['x'] }],
      ROWS.map((row) => row.map((value) => 1 / Math.abs(value))),
    ],
    [
      'Pow',
      node('Pow', ['x', 'three']),
      [constant('three', [], [3])],
      ROWS.map((row) => row.map((value) => value ** 3)),
    ],
    [
      'ClipByValue',
      node('ClipByValue', ['x', 'least', 'most']),
      [constant('least', [], [-0.5]), constant('most', [], [1])],
      ROWS.map((row) => row.map((value) => Math.min(Math.max(value, -0.5), 1))),
    ],
    [
      'MatMul of a transposed right side',
      node('MatMul', ['x', 'w'], { transpose_b: true }),
      [constant('w', [2, 3], [1, 2, 3, -4, 5, -6])],
      ROWS.map(([a, b, c]) => [a + 2 * b + 3 * c, -4 * a + 5 * b - 6 * c]),
    ],
    [
      '_FusedMatMul',
      node('_FusedMatMul', ['x', 'w', 'b'], { fused_ops: ['BiasAdd', 'Relu'] }),
      [constant('w', [3, 2], [1, -4, 2, 5, 3, -6]), constant('b', [2], [0.5, -0.5])],
      ROWS.map(([a, b, c]) => [
        Math.max(0, a + 2 * b + 3 * c + 0.5),
        Math.max(0, -4 * a + 5 * b - 6 * c - 0.5),
      ]),
    ],
  ])('%s', async (_, last, others, expected) => {
    expectNear((await run([2, 3], [...others, last])).values, expected.flat());
  });

  it.each([
    ['ArgMax', Math.max],
    ['ArgMin', Math.min],
  ] as const)('%s', async (operator, best) => {
    const { shape, values } = await run([2, 3], [AXIS, node(operator, ['x', 'axis'])]);
    expect(shape).toEqual([2]);
    expect(values).toEqual(ROWS.map((row) => row.indexOf(best(...row))));
  });

  it.each([
    ['DepthToSpace', [1, 2, 2, 4], [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]],
    ['SpaceToDepth', [1, 4, 4, 1], [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]],
  ] as const)('%s', async (operator, shape, order) => {
    const { values } = await run(shape, [node(operator, ['x'], { block_size: 2 })]);
    const all = ramp(16);
    expect(values).toEqual(order.map((place) => all[place]));
  });
});
