/** Statistics of columns and the normalization made of them, as plain loops that round where the SIMD kernels do. */

import type { TrainingKernels } from '../kernels.ts';
import type { Arithmetic } from './arithmetic.ts';

type BatchNormKernels = Pick<TrainingKernels, 'moments' | 'scaleShift' | 'batchNormBackward'>;

export function batchNormKernels(heap: Float32Array, { round: f }: Arithmetic): BatchNormKernels {
  return {
    moments(x, stride, rows, n, mean, variance) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += heap[(x >> 2) + r * stride + j];
        const centre = sum / rows;
        let squares = 0;
        for (let r = 0; r < rows; r++) {
          const distance = heap[(x >> 2) + r * stride + j] - centre;
          squares += distance * distance;
        }
        heap[(mean >> 2) + j] = centre;
        heap[(variance >> 2) + j] = squares / rows;
      }
    },
    scaleShift(x, stride, scale, shift, y, rows, n) {
      for (let row = 0; row < rows * stride; row += stride) {
        for (let j = 0; j < n; j++) {
          const scaled = f(heap[(x >> 2) + row + j] * heap[(scale >> 2) + j]);
          heap[(y >> 2) + row + j] = scaled + heap[(shift >> 2) + j];
        }
      }
    },
    batchNormBackward(x, dy, stride, mean, inverse, gamma, dGamma, dBeta, dx, rows, n) {
      for (let j = 0; j < n; j++) {
        const centre = heap[(mean >> 2) + j];
        const spread = heap[(inverse >> 2) + j];
        let products = 0;
        let sums = 0;
        for (let i = j; i < rows * stride; i += stride) {
          const normalized = f(f(heap[(x >> 2) + i] - centre) * spread);
          products = f(products + f(heap[(dy >> 2) + i] * normalized));
          sums = f(sums + heap[(dy >> 2) + i]);
        }
        heap[(dGamma >> 2) + j] = products;
        heap[(dBeta >> 2) + j] = sums;
        const factor = f(heap[(gamma >> 2) + j] * spread);
        const [meanProduct, meanSum] = [f(products / rows), f(sums / rows)];
        for (let i = j; i < rows * stride; i += stride) {
          const normalized = f(f(heap[(x >> 2) + i] - centre) * spread);
          const centred = f(f(heap[(dy >> 2) + i] - meanSum) - f(normalized * meanProduct));
          heap[(dx >> 2) + i] = factor * centred;
        }
      }
    },
  };
}
