/** Convolution windows and pooling over one image, as plain loops that round and add in the order of the SIMD kernels. */

import { type Address, GEOMETRY_FIELDS, type Geometry, type TrainingKernels } from '../kernels.ts';
import type { Arithmetic } from './arithmetic.ts';

type WindowKernels = Pick<
  TrainingKernels,
  | 'imageToColumns'
  | 'columnsToImage'
  | 'convolve'
  | 'convolveBackwardKernel'
  | 'convolveBackwardImage'
  | 'depthwise'
  | 'depthwiseBackwardImage'
  | 'depthwiseBackwardWeights'
  | 'maxPool'
  | 'scatterAdd'
  | 'averagePool'
  | 'averagePoolBackward'
>;

/** `pixel` and `output` count pixels, `tap` the places under the window, row by row. */
type VisitTap = (pixel: number, tap: number, output: number) => void;

/** Calls `visit` for every output pixel and every tap of its window that lies in the image. */
function walk(g: Geometry, visit: VisitTap): void {
  for (let oy = 0; oy < g.outputHeight; oy++) {
    for (let ox = 0; ox < g.outputWidth; ox++) {
      for (let ky = 0; ky < g.kernelHeight; ky++) {
        const y = oy * g.strideHeight - g.padTop + ky * g.dilationHeight;
        if (y < 0 || y >= g.height) continue;
        for (let kx = 0; kx < g.kernelWidth; kx++) {
          const x = ox * g.strideWidth - g.padLeft + kx * g.dilationWidth;
          if (x < 0 || x >= g.width) continue;
          visit(y * g.width + x, ky * g.kernelWidth + kx, oy * g.outputWidth + ox);
        }
      }
    }
  }
}

/** How many taps of each output pixel's window lie in the image. */
function tapCounts(g: Geometry): Uint32Array {
  const counts = new Uint32Array(g.outputHeight * g.outputWidth);
  walk(g, (_pixel, _tap, output) => counts[output]++);
  return counts;
}

export function windowKernels(heap: Float32Array, { round: f }: Arithmetic): WindowKernels {
  const integers = new Int32Array(heap.buffer);
  const read = (address: Address): Geometry =>
    Object.fromEntries(
      GEOMETRY_FIELDS.map((field, i) => [field, integers[(address >> 2) + i]]),
    ) as unknown as Geometry;
  const taps = (g: Geometry): number => g.kernelHeight * g.kernelWidth;

  return {
    imageToColumns(geometry, image, columns) {
      const g = read(geometry);
      const row = taps(g) * g.channels;
      heap.fill(0, columns >> 2, (columns >> 2) + g.outputHeight * g.outputWidth * row);
      walk(g, (pixel, tap, output) => {
        const from = (image >> 2) + pixel * g.channels;
        heap.copyWithin((columns >> 2) + output * row + tap * g.channels, from, from + g.channels);
      });
    },
    columnsToImage(geometry, columns, image) {
      const g = read(geometry);
      const row = taps(g) * g.channels;
      walk(g, (pixel, tap, output) => {
        const from = (columns >> 2) + output * row + tap * g.channels;
        for (let c = 0; c < g.channels; c++) heap[(image >> 2) + pixel * g.channels + c] += heap[from + c];
      });
    },
    convolve(geometry, image, kernel, n, output) {
      const g = read(geometry);
      heap.fill(0, output >> 2, (output >> 2) + g.outputHeight * g.outputWidth * n);
      walk(g, (pixel, tap, out) => {
        for (let c = 0; c < g.channels; c++) {
          const x = heap[(image >> 2) + pixel * g.channels + c];
          const row = (kernel >> 2) + (tap * g.channels + c) * n;
          for (let j = 0; j < n; j++) heap[(output >> 2) + out * n + j] += f(x * heap[row + j]);
        }
      });
    },
    convolveBackwardKernel(geometry, image, dOutput, n, dKernel, from, to) {
      const g = read(geometry);
      walk(g, (pixel, tap, out) => {
        for (let c = 0; c < g.channels; c++) {
          const row = tap * g.channels + c;
          if (row < from || row >= to) continue;
          const x = heap[(image >> 2) + pixel * g.channels + c];
          for (let j = 0; j < n; j++)
            heap[(dKernel >> 2) + row * n + j] += f(x * heap[(dOutput >> 2) + out * n + j]);
        }
      });
    },
    convolveBackwardImage(geometry, dOutput, transposed, n, dImage) {
      const g = read(geometry);
      const row = taps(g) * g.channels;
      heap.fill(0, dImage >> 2, (dImage >> 2) + g.height * g.width * g.channels);
      walk(g, (pixel, tap, out) => {
        for (let c = 0; c < g.channels; c++) {
          let sum = 0;
          for (let j = 0; j < n; j++) {
            const weight = heap[(transposed >> 2) + j * row + tap * g.channels + c];
            sum = f(sum + f(heap[(dOutput >> 2) + out * n + j] * weight));
          }
          heap[(dImage >> 2) + pixel * g.channels + c] += sum;
        }
      });
    },
    depthwise(geometry, multiplier, image, weights, output) {
      const g = read(geometry);
      const n = g.channels * multiplier;
      heap.fill(0, output >> 2, (output >> 2) + g.outputHeight * g.outputWidth * n);
      walk(g, (pixel, tap, out) => {
        for (let i = 0; i < n; i++) {
          const x = heap[(image >> 2) + pixel * g.channels + Math.floor(i / multiplier)];
          heap[(output >> 2) + out * n + i] += f(x * heap[(weights >> 2) + tap * n + i]);
        }
      });
    },
    depthwiseBackwardImage(geometry, multiplier, dOutput, weights, dImage) {
      const g = read(geometry);
      const n = g.channels * multiplier;
      heap.fill(0, dImage >> 2, (dImage >> 2) + g.height * g.width * g.channels);
      walk(g, (pixel, tap, out) => {
        for (let i = 0; i < n; i++) {
          const dy = heap[(dOutput >> 2) + out * n + i];
          heap[(dImage >> 2) + pixel * g.channels + Math.floor(i / multiplier)] += f(
            dy * heap[(weights >> 2) + tap * n + i],
          );
        }
      });
    },
    depthwiseBackwardWeights(geometry, multiplier, image, dOutput, dWeights, from, to) {
      const g = read(geometry);
      const n = g.channels * multiplier;
      walk(g, (pixel, tap, out) => {
        for (let i = from * multiplier; i < to * multiplier; i++) {
          const x = heap[(image >> 2) + pixel * g.channels + Math.floor(i / multiplier)];
          heap[(dWeights >> 2) + tap * n + i] += f(x * heap[(dOutput >> 2) + out * n + i]);
        }
      });
    },
    maxPool(geometry, image, output, indices) {
      const g = read(geometry);
      let current = -1;
      walk(g, (pixel, _, out) => {
        const first = out !== current;
        current = out;
        for (let c = 0; c < g.channels; c++) {
          const value = heap[(image >> 2) + pixel * g.channels + c];
          const at = out * g.channels + c;
          if (!first && !(value > heap[(output >> 2) + at])) continue;
          heap[(output >> 2) + at] = value;
          integers[(indices >> 2) + at] = pixel * g.channels + c;
        }
      });
    },
    scatterAdd(indices, dOutput, dImage, count) {
      for (let i = 0; i < count; i++) {
        heap[(dImage >> 2) + integers[(indices >> 2) + i]] += heap[(dOutput >> 2) + i];
      }
    },
    averagePool(geometry, image, output) {
      const g = read(geometry);
      const counts = tapCounts(g);
      heap.fill(0, output >> 2, (output >> 2) + counts.length * g.channels);
      walk(g, (pixel, _, out) => {
        for (let c = 0; c < g.channels; c++) {
          heap[(output >> 2) + out * g.channels + c] += heap[(image >> 2) + pixel * g.channels + c];
        }
      });
      for (let i = 0; i < counts.length * g.channels; i++) {
        heap[(output >> 2) + i] /= counts[Math.floor(i / g.channels)];
      }
    },
    averagePoolBackward(geometry, dOutput, dImage) {
      const g = read(geometry);
      const counts = tapCounts(g);
      walk(g, (pixel, _, out) => {
        for (let c = 0; c < g.channels; c++) {
          heap[(dImage >> 2) + pixel * g.channels + c] += f(
            heap[(dOutput >> 2) + out * g.channels + c] / counts[out],
          );
        }
      });
    },
  };
}
