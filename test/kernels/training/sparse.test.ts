import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createHeap, type HeapKind } from '../../../src/kernels/training/heap.ts';
import { GEOMETRY_FIELDS, type Geometry } from '../../../src/kernels/training/kernels.ts';

interface Case {
  readonly image: readonly [height: number, width: number, channels: number];
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Of the output. */
  readonly columns: number;
}

const CASES: readonly Case[] = [
  { image: [7, 9, 8], kernel: [3, 3], strides: [1, 1], dilations: [1, 1], columns: 16 },
  { image: [26, 27, 8], kernel: [3, 3], strides: [1, 1], dilations: [1, 1], columns: 4 },
  { image: [9, 8, 16], kernel: [3, 3], strides: [2, 2], dilations: [1, 1], columns: 33 },
  { image: [8, 11, 33], kernel: [2, 3], strides: [1, 2], dilations: [3, 1], columns: 7 },
  { image: [9, 7, 3], kernel: [5, 5], strides: [1, 1], dilations: [1, 1], columns: 9 },
  { image: [9, 9, 1], kernel: [3, 3], strides: [1, 1], dilations: [1, 1], columns: 8 },
  { image: [1, 700, 9], kernel: [1, 4], strides: [1, 1], dilations: [1, 1], columns: 5 },
  { image: [10, 9, 11], kernel: [3, 3], strides: [1, 1], dilations: [1, 2], columns: 18 },
  { image: [8, 8, 20], kernel: [3, 1], strides: [1, 1], dilations: [2, 1], columns: 96 },
];

function geometryOf({ image, kernel, strides, dilations }: Case): Geometry {
  const [height, width, channels] = image;
  const outputs = (size: number, axis: 0 | 1): number =>
    Math.floor((size - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis]) + 1;
  return {
    height,
    width,
    channels,
    kernelHeight: kernel[0],
    kernelWidth: kernel[1],
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    padTop: 0,
    padLeft: 0,
    outputHeight: outputs(height, 0),
    outputWidth: outputs(width, 1),
  };
}

/** What of an output's gradient is not zero. */
type Choice = (index: number, uniform: number) => boolean;

const density =
  (share: number): Choice =>
  (_, uniform) =>
    uniform < share;
const only =
  (chosen: number): Choice =>
  (index) =>
    index === chosen;

/** The memory behind the gradient of the kernel, in two parts, and that of the image. */
function gradientsOf(kind: HeapKind, one: Case, choice: Choice): Float32Array {
  const g = geometryOf(one);
  const image = g.height * g.width * g.channels;
  const rows = g.kernelHeight * g.kernelWidth * g.channels;
  const outputs = g.outputHeight * g.outputWidth * one.columns;
  const sizes = [GEOMETRY_FIELDS.length, image, outputs, rows * one.columns, rows * one.columns, image];
  const at = sizes.map((_, i) => 16 + sizes.slice(0, i).reduce((sum, size) => sum + 4 * (size + 5), 0));
  const { buffer, kernels } = createHeap(4 * sizes.reduce((sum, size) => sum + size + 5, 4), kind);
  const floats = new Float32Array(buffer, 0, (at[5] + 4 * (image + 4)) / 4);
  const random = createRandom(1, `sparse ${JSON.stringify(one)}`);
  for (let i = 0; i < floats.length; i++) floats[i] = 2 * random.uniform() - 1;
  for (let i = 0; i < outputs; i++) if (!choice(i, random.uniform())) floats[at[2] / 4 + i] = i % 2 ? 0 : -0;
  floats.fill(0, at[4] / 4, at[4] / 4 + sizes[4]);
  new Int32Array(buffer).set(
    GEOMETRY_FIELDS.map((field) => g[field]),
    at[0] / 4,
  );
  const [geometry, from, dOutput, transposed, dKernel, dImage] = at;
  if (g.dilationWidth === 1) {
    const part = 4 * Math.floor(rows / 5);
    kernels.convolveBackwardKernel(geometry, from, dOutput, one.columns, dKernel, 0, part);
    kernels.convolveBackwardKernel(geometry, from, dOutput, one.columns, dKernel, part, rows);
    // As a second sample does.
    kernels.convolveBackwardKernel(geometry, from, dOutput, one.columns, dKernel, 0, rows);
  }
  kernels.convolveBackwardImage(geometry, dOutput, transposed, one.columns, dImage);
  return floats.slice();
}

describe('gradients of convolutions, of which some are zero', () => {
  it.each(CASES)('are those of all products: %j', (one) => {
    const { outputHeight, outputWidth } = geometryOf(one);
    const count = outputHeight * outputWidth * one.columns;
    const choices = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 1].map(density);
    for (const choice of [...choices, ...[0, 3, count >> 1, count - 1].map(only)]) {
      const [simd, plain] = (['simd', 'plain'] as const).map((kind) => gradientsOf(kind, one, choice));
      const differs = simd.findIndex((value, i) => !Object.is(value, plain[i]));
      expect(differs).toBe(-1);
    }
  });
});
