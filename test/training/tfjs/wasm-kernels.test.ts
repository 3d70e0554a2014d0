import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { chooseBackend } from '../../../src/training/tfjs/backend.ts';

type Shape4d = [number, number, number, number];
type Convolve = (x: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor;

function values(shape: Shape4d, purpose: string): tf.Tensor4D {
  const random = createRandom(5, purpose);
  return tf.tensor4d(
    Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
    shape,
  );
}

/** Gradients of Σ weights · convolution by the input and by the kernel; the weights make every pixel count differently. */
async function gradientsOn(
  backend: 'cpu' | 'wasm',
  [input, kernel]: readonly [Shape4d, Shape4d],
  convolve: Convolve,
): Promise<Float32Array[]> {
  await chooseBackend(backend);
  return tf.tidy(() => {
    const [x, w] = [values(input, 'input'), values(kernel, 'kernel')];
    const weights = values(convolve(x, w).shape as Shape4d, 'weights');
    const grads = tf.grads((a, b) => tf.sum(tf.mul(convolve(a as tf.Tensor4D, b as tf.Tensor4D), weights)))([
      x,
      w,
    ]);
    return grads.map((gradient) => Float32Array.from(gradient.dataSync()));
  });
}

async function expectAgreement(shapes: readonly [Shape4d, Shape4d], convolve: Convolve): Promise<void> {
  const cpu = await gradientsOn('cpu', shapes, convolve);
  const wasm = await gradientsOn('wasm', shapes, convolve);
  for (const [index, gradient] of wasm.entries()) {
    expect(gradient.length).toBe(cpu[index].length);
    // An untouched gradient would agree with nothing.
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.5);
    for (const [i, value] of gradient.entries()) {
      expect(Math.abs(value - cpu[index][i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
    }
  }
}

const STRIDES: readonly [number, number][] = [
  [1, 1],
  [2, 2],
  [2, 1],
  [3, 2],
];
const KERNELS: readonly [number, number][] = [
  [1, 1],
  [3, 3],
  [2, 4],
  [1, 5],
];
const CASES = KERNELS.flatMap((kernel) =>
  STRIDES.flatMap((strides) => (['same', 'valid'] as const).map((pad) => [kernel, strides, pad] as const)),
);

test.each(CASES)('conv2d with kernel %j, strides %j, %s', async ([height, width], strides, pad) => {
  const shapes: [Shape4d, Shape4d] = [
    [2, 7, 8, 3],
    [height, width, 3, 4],
  ];
  await expectAgreement(shapes, (x, kernel) => tf.conv2d(x, kernel, strides, pad));
});

test.each(CASES)('depthwiseConv2d with kernel %j, strides %j, %s', async ([height, width], strides, pad) => {
  for (const multiplier of [1, 2]) {
    const shapes: [Shape4d, Shape4d] = [
      [2, 7, 8, 3],
      [height, width, 3, multiplier],
    ];
    await expectAgreement(shapes, (x, kernel) => tf.depthwiseConv2d(x, kernel, strides, pad));
  }
});

test.each(CASES)('maxPool of %j, strides %j, %s', async (size, strides, pad) => {
  const shapes: [Shape4d, Shape4d] = [
    [2, 7, 8, 3],
    [1, 1, 1, 1],
  ];
  // Below 0 everywhere: the backend's own kernel loses those windows.
  await expectAgreement(shapes, (x, unused) =>
    tf.maxPool(tf.sub(x, tf.mul(tf.abs(unused), 9)), size, strides, pad),
  );
});

// TensorFlow.js refuses such gradients before they reach a kernel, and its cpu kernels pass over the dilation.
test('the depthwise kernels know dilation', async () => {
  await chooseBackend('wasm');
  const [x, kernel] = [values([1, 9, 9, 2], 'input'), values([3, 3, 2, 1], 'kernel')];
  const dy = values([1, 5, 5, 2], 'weights');
  const attrs = { strides: [1, 1], dilations: [2, 2], pad: 'valid' as const };
  const run = (name: string, inputs: Record<string, tf.Tensor>, more: object): Float32Array => {
    const result = tf.engine().runKernel(name, inputs, { ...attrs, ...more }) as tf.Tensor;
    return Float32Array.from(result.dataSync());
  };
  const byKernel = run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { filterShape: kernel.shape });
  const byInput = run('DepthwiseConv2dNativeBackpropInput', { dy, filter: kernel }, { inputShape: x.shape });
  const [xs, ks, dys] = [x.arraySync(), kernel.arraySync(), dy.arraySync()];
  const expectedByInput = new Float32Array(162);
  const expectedByKernel = new Float32Array(18);
  for (let y = 0; y < 5; y++) {
    for (let z = 0; z < 5; z++) {
      for (let ky = 0; ky < 3; ky++) {
        for (let kx = 0; kx < 3; kx++) {
          for (let c = 0; c < 2; c++) {
            const [row, column] = [y + 2 * ky, z + 2 * kx];
            expectedByInput[(row * 9 + column) * 2 + c] += dys[0][y][z][c] * ks[ky][kx][c][0];
            expectedByKernel[(ky * 3 + kx) * 2 + c] += dys[0][y][z][c] * xs[0][row][column][c];
          }
        }
      }
    }
  }
  for (const [i, value] of expectedByInput.entries()) expect(byInput[i]).toBeCloseTo(value, 4);
  for (const [i, value] of expectedByKernel.entries()) expect(byKernel[i]).toBeCloseTo(value, 4);
});
