/** Statistics of columns and the normalization made of them, as plain loops that round where the SIMD kernels do. */

import type { Address, RectifierCode, TrainingKernels } from '../kernels.ts';
import { activations } from './activations.ts';
import type { Arithmetic } from './arithmetic.ts';

type BatchNormKernels = Pick<
  TrainingKernels,
  'sumColumns' | 'sumSquares' | 'moments' | 'scaleShift' | 'batchNormSums' | 'batchNormBackward'
>;

export function batchNormKernels(heap: Float32Array, arithmetic: Arithmetic): BatchNormKernels {
  const { round: f } = arithmetic;
  const functions = activations(arithmetic);
  const doubles = new Float64Array(heap.buffer, 0, heap.buffer.byteLength >> 3);
  // Of element i, which lies in column j of rows that are `stride` apart.
  const normalized = (x: Address, norm: Address, stride: number, i: number, j: number): number =>
    f(f(heap[(x >> 2) + i] - heap[(norm >> 2) + j]) * heap[(norm >> 2) + stride + j]);
  const passed = (
    code: RectifierCode,
    x: Address,
    dy: Address,
    norm: Address,
    stride: number,
    i: number,
    j: number,
  ): number => {
    const { value, back } = functions[code];
    const scaled = f(heap[(x >> 2) + i] * heap[(norm >> 2) + 2 * stride + j]);
    return back(value(f(scaled + heap[(norm >> 2) + 3 * stride + j])), heap[(dy >> 2) + i]);
  };

  return {
    sumColumns(x, stride, rows, n, sums, accumulate) {
      for (let j = 0; j < n; j++) {
        let sum = accumulate === 0 ? 0 : doubles[(sums >> 3) + j];
        for (let r = 0; r < rows; r++) sum += heap[(x >> 2) + r * stride + j];
        doubles[(sums >> 3) + j] = sum;
      }
    },
    sumSquares(x, stride, rows, n, sums, count, squares, accumulate) {
      for (let j = 0; j < n; j++) {
        const centre = doubles[(sums >> 3) + j] / count;
        let sum = accumulate === 0 ? 0 : doubles[(squares >> 3) + j];
        for (let r = 0; r < rows; r++) {
          const distance = heap[(x >> 2) + r * stride + j] - centre;
          sum += distance * distance;
        }
        doubles[(squares >> 3) + j] = sum;
      }
    },
    moments(sums, squares, count, n, mean, variance) {
      for (let j = 0; j < n; j++) {
        heap[(mean >> 2) + j] = doubles[(sums >> 3) + j] / count;
        heap[(variance >> 2) + j] = doubles[(squares >> 3) + j] / count;
      }
    },
    scaleShift(code, x, scale, shift, y, rows, n) {
      const { value } = functions[code];
      for (let row = 0; row < rows * n; row += n) {
        for (let j = 0; j < n; j++) {
          const scaled = f(heap[(x >> 2) + row + j] * heap[(scale >> 2) + j]);
          heap[(y >> 2) + row + j] = value(f(scaled + heap[(shift >> 2) + j]));
        }
      }
    },
    batchNormSums(code, x, dy, stride, norm, dGamma, dBeta, rows, n) {
      for (let j = 0; j < n; j++) {
        let products = heap[(dGamma >> 2) + j];
        let sums = heap[(dBeta >> 2) + j];
        for (let i = j; i < rows * stride; i += stride) {
          const gradient = passed(code, x, dy, norm, stride, i, j);
          products = f(products + f(gradient * normalized(x, norm, stride, i, j)));
          sums = f(sums + gradient);
        }
        heap[(dGamma >> 2) + j] = products;
        heap[(dBeta >> 2) + j] = sums;
      }
    },
    batchNormBackward(code, x, dy, norm, dGamma, dBeta, dx, count, rows, n) {
      for (let j = 0; j < n; j++) {
        const product = f(heap[(dGamma >> 2) + j] / count);
        const sum = f(heap[(dBeta >> 2) + j] / count);
        const scale = heap[(norm >> 2) + 2 * n + j];
        for (let i = j; i < rows * n; i += n) {
          const centred = f(passed(code, x, dy, norm, n, i, j) - sum);
          heap[(dx >> 2) + i] = scale * f(centred - f(normalized(x, norm, n, i, j) * product));
        }
      }
    },
  };
}
