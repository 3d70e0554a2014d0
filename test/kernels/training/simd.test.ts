import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createHeap, type TrainingHeap } from '../../../src/kernels/training/heap.ts';
import {
  ACTIVATION_CODES,
  type Address,
  GEOMETRY_FIELDS,
  type Geometry,
  type TrainingKernels,
} from '../../../src/kernels/training/kernels.ts';

const BYTES = 65536;
/** Where results and what they are made of lie; far enough apart for every case below. */
const AT = [4096, 12288, 20480, 28672, 36864, 45056, 53248] as const;

function filled(wanted: 'simd' | 'plain', seed: number): TrainingHeap {
  const heap = createHeap(BYTES, wanted);
  const random = createRandom(seed, 'training kernels');
  const floats = new Float32Array(heap.buffer);
  for (let i = 1024; i < floats.length; i++) floats[i] = 2 * random.uniform() - 1;
  return heap;
}

function setGeometry(heap: TrainingHeap, geometry: Geometry): void {
  new Int32Array(heap.buffer).set(GEOMETRY_FIELDS.map((field) => geometry[field]));
}

/** Runs the same kernel on equal memories of both kinds, and compares every byte that either can have touched. */
function expectAlike(
  seed: number,
  run: (kernels: TrainingKernels) => number | undefined,
  prepare: (heap: TrainingHeap) => void = () => {},
): void {
  const [simd, plain] = (['simd', 'plain'] as const).map((wanted) => filled(wanted, seed));
  expect(simd.simd).toBe(true);
  for (const heap of [simd, plain]) prepare(heap);
  const before = new Float32Array(simd.buffer.slice(0));
  const results = [run(simd.kernels), run(plain.kernels)];
  expect(results[0]).toBe(results[1]);
  const [a, b] = [simd, plain].map(({ buffer }) => new Float32Array(buffer, 0, BYTES / 4));
  let touched = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== before[i]) touched++;
    if (!Object.is(a[i], b[i])) expect(`float ${i}: ${a[i]}`).toBe(`float ${i}: ${b[i]}`);
  }
  if (results[0] === undefined) expect(touched).toBeGreaterThan(0);
}

const COUNTS = [1, 3, 4, 7, 16, 33];

describe('SIMD kernels of training', () => {
  it('multiply matrices of every remainder, transposed or not, added or not', () => {
    for (const m of [1, 3, 4, 9]) {
      for (const n of [1, 2, 4, 5, 8, 11, 16]) {
        for (const k of [1, 3, 16, 17, 101, 203]) {
          for (const accumulate of [0, 1] as const) {
            // Larger matrices would reach into the next one.
            if (n * k > 2048) continue;
            expectAlike(m * 1000 + n * 20 + k, (kernels) => {
              kernels.gemm(AT[0], k, 1, AT[1], n, AT[2], n, m, n, k, accumulate);
              kernels.gemm(AT[0], 1, m, AT[1], n, AT[3], n + 1, m, n, k, accumulate);
              kernels.gemm(AT[0], k - 1, 2, AT[1], n, AT[4], n, m, n, k, accumulate);
              return undefined;
            });
          }
        }
      }
    }
  });

  it('multiply columns by columns of one element, as the kernel of one weight is learned', () => {
    for (const k of [5, 48, 49, 96, 97, 150, 301, 500]) {
      for (const accumulate of [0, 1] as const) {
        expectAlike(k, (kernels) => {
          kernels.gemm(AT[0], 1, 1, AT[1], 1, AT[2], 1, 1, 1, k, accumulate);
          return undefined;
        });
      }
    }
  });

  it('clear and copy rows', () => {
    for (const n of [...COUNTS, 256, 301]) {
      expectAlike(n, (kernels) => {
        kernels.clear(AT[0] + 4, n);
        kernels.copyRows(AT[1] + 4, n + 2, AT[3] + 8, n + 5, 3, n);
        kernels.copyRows(AT[1], n, AT[5], n, 1, n);
        return undefined;
      });
    }
  });

  it('sum, move and scale', () => {
    for (const n of COUNTS) {
      expectAlike(n, (kernels) => {
        kernels.transpose(AT[0], 5, n, AT[1], 7);
        for (const code of Object.values(ACTIVATION_CODES)) kernels.addRow(code, AT[2], AT[0], 3, n);
        kernels.sumRows(AT[2], n, 3, n, AT[3]);
        kernels.add(AT[0], AT[4], n);
        kernels.multiply(AT[0], AT[2], AT[5], n);
        kernels.scale(AT[6], n, 0.37);
        return undefined;
      });
      expectAlike(n, (kernels) => kernels.sumOfSquares(AT[0], n));
    }
  });

  it('compute activations and their derivatives', () => {
    const spread = (heap: TrainingHeap): void => {
      const floats = new Float32Array(heap.buffer);
      for (let i = AT[0] >> 2; i < AT[1] >> 2; i++) floats[i] *= 12;
    };
    for (const code of Object.values(ACTIVATION_CODES)) {
      for (const count of COUNTS) {
        const run = (kernels: TrainingKernels): undefined => {
          kernels.activate(code, AT[0], AT[1], count);
          kernels.activateBackward(code, AT[1], AT[2], AT[3], count);
        };
        expectAlike(code * 100 + count, run, spread);
        // Four neighbours near 0 are another way through tanh.
        expectAlike(code * 100 + count, run);
      }
    }
  });

  it('compute the same functions of any number', () => {
    const bits = (heap: TrainingHeap): void => {
      const random = createRandom(7, 'bits');
      const words = new Uint32Array(heap.buffer);
      for (let i = AT[0] >> 2; i < AT[1] >> 2; i++) words[i] = random.uint32();
      const specials = [
        0,
        -0,
        Infinity,
        -Infinity,
        NaN,
        0.625,
        -0.625,
        88.72,
        88.73,
        -87.33,
        -87.4,
        1e-45,
        10,
      ];
      new Float32Array(heap.buffer).set(specials, AT[0] >> 2);
    };
    for (const code of Object.values(ACTIVATION_CODES)) {
      const run = (kernels: TrainingKernels): undefined => {
        kernels.activate(code, AT[0], AT[1], 2000);
        kernels.activateBackward(code, AT[1], AT[2], AT[3], 2000);
      };
      expectAlike(code, run, bits);
    }
  });

  it('compute exp and tanh to float32', () => {
    const { kernels, buffer } = createHeap(BYTES);
    const floats = new Float32Array(buffer);
    const values = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 20);
    floats.set(values, AT[0] >> 2);
    kernels.activate(ACTIVATION_CODES.tanh, AT[0], AT[3], values.length);
    const sigmoidAt = AT[3] + values.length * 4;
    kernels.activate(ACTIVATION_CODES.sigmoid, AT[0], sigmoidAt, values.length);
    for (const [i, value] of values.entries()) {
      const x = Math.fround(value);
      const tanh = floats[(AT[3] >> 2) + i];
      const sigmoid = floats[(sigmoidAt >> 2) + i];
      expect(Math.abs(tanh - Math.tanh(x))).toBeLessThanOrEqual(3e-7 * Math.abs(Math.tanh(x)));
      const exact = 1 / (1 + Math.exp(-x));
      expect(Math.abs(sigmoid - exact)).toBeLessThanOrEqual(Math.max(4e-7 * exact, 2e-38));
    }
  });

  it('compute softmax and its derivative', () => {
    for (const n of COUNTS) {
      expectAlike(n, (kernels) => {
        kernels.softmax(AT[0], AT[1], 4, n);
        kernels.softmaxBackward(AT[1], AT[2], AT[3], 4, n);
        return undefined;
      });
    }
  });

  const geometries: readonly Geometry[] = [
    [7, 6, 3, 3, 3, 1, 1, 1, 1, 1, 1],
    [7, 6, 4, 3, 2, 2, 1, 1, 1, 0, 0],
    [8, 5, 5, 2, 3, 1, 2, 2, 1, 1, 2],
    [9, 4, 1, 4, 4, 2, 2, 1, 1, 1, 1],
    [6, 5, 23, 3, 3, 1, 1, 1, 1, 1, 1],
    [7, 7, 3, 3, 3, 2, 2, 1, 1, 1, 1],
    [25, 5, 8, 3, 3, 1, 1, 1, 1, 1, 1],
    [9, 8, 12, 3, 3, 2, 2, 1, 1, 0, 0],
    [8, 9, 5, 3, 3, 2, 1, 1, 1, 1, 1],
    [7, 8, 9, 3, 3, 1, 2, 2, 2, 2, 2],
    [5, 2, 8, 3, 3, 1, 1, 1, 1, 1, 1],
    [1, 1, 4, 3, 3, 1, 1, 1, 1, 1, 1],
    [6, 1, 4, 3, 3, 1, 1, 1, 1, 1, 1],
    [6, 7, 4, 3, 3, 1, 1, 1, 1, 2, 2],
    [8, 10, 4, 3, 3, 1, 1, 2, 2, 2, 2],
    [8, 10, 7, 2, 2, 2, 2, 1, 1, 0, 0],
    [5, 7, 9, 2, 2, 1, 1, 1, 1, 0, 0],
    [13, 6, 4, 3, 3, 3, 1, 3, 1, 0, 1],
    [8, 4, 20, 3, 3, 1, 1, 1, 1, 1, 1],
  ].map(([height, width, channels, kernelHeight, kernelWidth, sh, sw, dh, dw, padTop, padLeft]) => ({
    height,
    width,
    channels,
    kernelHeight,
    kernelWidth,
    strideHeight: sh,
    strideWidth: sw,
    dilationHeight: dh,
    dilationWidth: dw,
    padTop,
    padLeft,
    outputHeight: Math.floor((height + 2 * padTop - (kernelHeight - 1) * dh - 1) / sh) + 1,
    outputWidth: Math.floor((width + 2 * padLeft - (kernelWidth - 1) * dw - 1) / sw) + 1,
  }));

  const GEOMETRY: Address = 0;

  it.each(geometries)('slide windows: %j', (geometry) => {
    const prepare = (heap: TrainingHeap): void => setGeometry(heap, geometry);
    const count = geometry.outputHeight * geometry.outputWidth * geometry.channels;
    const { channels } = geometry;
    const half = Math.min(channels, 4 * Math.ceil(channels / 8));
    for (const multiplier of [1, 2]) {
      expectAlike(
        multiplier,
        (kernels) => {
          kernels.depthwise(GEOMETRY, multiplier, AT[0], AT[1], AT[2]);
          kernels.depthwiseBackwardImage(GEOMETRY, multiplier, AT[2], AT[1], AT[3]);
          kernels.depthwiseBackwardWeights(GEOMETRY, multiplier, AT[0], AT[2], AT[4], 0, half);
          kernels.depthwiseBackwardWeights(GEOMETRY, multiplier, AT[0], AT[2], AT[5], half, channels);
          return undefined;
        },
        prepare,
      );
    }
    expectAlike(
      3,
      (kernels) => {
        kernels.imageToColumns(GEOMETRY, AT[0], AT[2]);
        kernels.columnsToImage(GEOMETRY, AT[2], AT[1]);
        return undefined;
      },
      prepare,
    );
    if (geometry.dilationHeight > 1) return;
    expectAlike(
      4,
      (kernels) => {
        kernels.maxPool(GEOMETRY, AT[0], AT[1], AT[2]);
        kernels.scatterAdd(AT[2], AT[1], AT[3], count);
        kernels.averagePool(GEOMETRY, AT[0], AT[4]);
        kernels.averagePoolBackward(GEOMETRY, AT[4], AT[5]);
        return undefined;
      },
      prepare,
    );
  });

  it('copy an image into its padding, and back', () => {
    const one = { kernelHeight: 1, kernelWidth: 1, padTop: 1, padLeft: 2, outputHeight: 10, outputWidth: 9 };
    expectAlike(
      3,
      (kernels) => {
        kernels.imageToColumns(GEOMETRY, AT[0], AT[2]);
        kernels.columnsToImage(GEOMETRY, AT[2], AT[1]);
        return undefined;
      },
      (heap) => setGeometry(heap, { ...geometries[0], ...one }),
    );
  });

  it.each(geometries.filter(({ dilationHeight }) => dilationHeight === 1))(
    'pool the first of the largest: %j',
    (geometry) => {
      const few = (heap: TrainingHeap): void => {
        const floats = new Float32Array(heap.buffer);
        for (let i = AT[0] >> 2; i < AT[1] >> 2; i++) floats[i] = Math.max(0, Math.round(2 * floats[i]));
        setGeometry(heap, geometry);
      };
      expectAlike(
        5,
        (kernels) => {
          kernels.maxPool(GEOMETRY, AT[0], AT[1], AT[2]);
          return undefined;
        },
        few,
      );
    },
  );

  it('take steps of recurrent layers, and go back', () => {
    for (const units of COUNTS) {
      for (const rows of [1, 5]) {
        const state = rows * units * 4;
        expectAlike(units, ({ lstm, lstmBackward, swapRows }) => {
          lstm(AT[0], AT[1], AT[2], AT[3], AT[4], rows, units);
          lstmBackward(AT[0], AT[2], AT[3], AT[5], AT[5] + state, rows, units);
          swapRows(AT[0], 3 * units, AT[6], (rows + 1) * units, rows, 3, units);
          return undefined;
        });
        expectAlike(units, ({ gru, gruBackward }) => {
          gru(AT[0], AT[1], AT[2], AT[3], rows, units);
          gruBackward(AT[0], AT[1], AT[2], AT[4], AT[5], rows, units);
          return undefined;
        });
      }
    }
  });

  /** Height, width, channels, kernel height and width, strides, dilation of the height, columns of the output. */
  it.each([
    [7, 6, 3, 3, 3, 1, 1, 1, 4],
    [9, 9, 2, 4, 4, 2, 2, 1, 9],
    [8, 5, 5, 2, 3, 1, 1, 3, 12],
    [1, 20, 4, 1, 5, 1, 2, 1, 17],
    [7, 9, 13, 3, 3, 1, 1, 1, 8],
    [6, 8, 1, 3, 3, 1, 1, 1, 6],
    [6, 8, 1, 3, 3, 1, 1, 1, 8],
    [9, 9, 1, 3, 6, 2, 1, 2, 16],
    [5, 9, 1, 4, 2, 1, 1, 1, 24],
    [9, 5, 1, 8, 1, 1, 1, 1, 8],
    [9, 5, 1, 8, 3, 1, 1, 1, 8],
  ])(
    'convolve where the windows are: %j',
    (height, width, channels, kernelHeight, kernelWidth, sh, sw, dh, n) => {
      const geometry: Geometry = {
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        strideHeight: sh,
        strideWidth: sw,
        dilationHeight: dh,
        dilationWidth: 1,
        padTop: 0,
        padLeft: 0,
        outputHeight: Math.floor((height - (kernelHeight - 1) * dh - 1) / sh) + 1,
        outputWidth: Math.floor((width - kernelWidth) / sw) + 1,
      };
      const rows = kernelHeight * kernelWidth * channels;
      expectAlike(
        n,
        (kernels) => {
          kernels.convolve(GEOMETRY, AT[0], AT[1], n, AT[2]);
          kernels.convolveBackwardKernel(GEOMETRY, AT[0], AT[2], n, AT[3], 0, 5);
          kernels.convolveBackwardKernel(GEOMETRY, AT[0], AT[2], n, AT[3], 7, rows);
          kernels.convolveBackwardImage(GEOMETRY, AT[2], AT[1], n, AT[4]);
          return undefined;
        },
        (heap) => setGeometry(heap, geometry),
      );
    },
  );

  it('normalize batches, with what a ReLU behind them lets through', () => {
    const { linear, relu, relu6 } = ACTIVATION_CODES;
    const wide = (heap: TrainingHeap): void => {
      const floats = new Float32Array(heap.buffer);
      for (let i = AT[0] >> 2; i < AT[1] >> 2; i++) floats[i] *= 9;
      floats[AT[0] >> 2] = NaN;
    };
    for (const code of [linear, relu, relu6] as const) {
      for (const n of [1, 4, 6, 9, 23]) {
        // More than a chunk of rows.
        const [rows, stride, few] = [70, n + 3, 37];
        const run = (kernels: TrainingKernels): undefined => {
          const [sums, squares, more] = [AT[6], AT[6] + 1024, AT[0] + 4 * few * stride];
          kernels.sumColumns(AT[0], stride, few, n, sums, 0);
          kernels.sumColumns(more, stride, rows - few, n, sums, 1);
          kernels.sumSquares(AT[0], stride, few, n, sums, rows, squares, 0);
          kernels.sumSquares(more, stride, rows - few, n, sums, rows, squares, 1);
          kernels.moments(sums, squares, rows, n, AT[1], AT[1] + 4 * stride);
          kernels.scaleShift(code, AT[0], AT[1] + 8 * stride, AT[1] + 12 * stride, AT[2], rows, n);
          kernels.batchNormSums(code, AT[0], AT[3], stride, AT[1], AT[4], AT[4] + 4096, rows, n);
          kernels.batchNormBackward(code, AT[0], AT[3], AT[1], AT[4], AT[4] + 4096, AT[5], rows, few, n);
        };
        expectAlike(10 * n + code, run, wide);
      }
    }
  });

  it('update weights', () => {
    const positive = (heap: TrainingHeap): void => {
      const floats = new Float32Array(heap.buffer);
      for (let i = AT[2] >> 2; i < floats.length; i++) floats[i] = Math.abs(floats[i]);
    };
    for (const count of COUNTS) {
      const rules: ((kernels: TrainingKernels) => void)[] = [
        ({ sgd }) => sgd(AT[0], AT[1], count, 0.1),
        ({ momentum }) => momentum(AT[0], AT[1], AT[2], count, 0.1, 0.9, 0),
        ({ momentum }) => momentum(AT[0], AT[1], AT[2], count, 0.1, 0.9, 1),
        ({ rmsprop }) => rmsprop(AT[0], AT[1], AT[2], count, 0.003, 0.9, 1e-7),
        ({ adam }) => adam(AT[0], AT[1], AT[2], AT[3], count, 0.001, 0.9, 0.999, 0.1, 0.001, 1e-7),
        ({ adam }) => adam(AT[0], AT[1], AT[2], AT[3], count, 0.001, 0.9, 0.999, 1, 0.2, 1e-7),
      ];
      for (const rule of rules) {
        expectAlike(
          count,
          (kernels) => {
            rule(kernels);
            return undefined;
          },
          positive,
        );
      }
    }
  });
});
