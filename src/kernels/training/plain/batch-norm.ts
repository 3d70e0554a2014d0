/** Statistics of columns and the normalization made of them, as plain loops. */

import type { TrainingKernels } from '../kernels.ts';

type BatchNormKernels = Pick<TrainingKernels, 'moments' | 'scaleShift' | 'batchNormBackward'>;

export function batchNormKernels(heap: Float32Array): BatchNormKernels {
  return {
    moments(x, rows, n, mean, variance) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += heap[(x >> 2) + r * n + j];
        const centre = sum / rows;
        let squares = 0;
        for (let r = 0; r < rows; r++) squares += (heap[(x >> 2) + r * n + j] - centre) ** 2;
        heap[(mean >> 2) + j] = centre;
        heap[(variance >> 2) + j] = squares / rows;
      }
    },
    scaleShift(x, scale, shift, y, rows, n) {
      for (let i = 0; i < rows * n; i++) {
        heap[(y >> 2) + i] = heap[(x >> 2) + i] * heap[(scale >> 2) + (i % n)] + heap[(shift >> 2) + (i % n)];
      }
    },
    batchNormBackward(x, dy, mean, inverse, gamma, dGamma, dBeta, dx, rows, n) {
      for (let j = 0; j < n; j++) {
        const centre = heap[(mean >> 2) + j];
        const spread = heap[(inverse >> 2) + j];
        let products = 0;
        let sums = 0;
        for (let i = j; i < rows * n; i += n) {
          products += heap[(dy >> 2) + i] * (heap[(x >> 2) + i] - centre) * spread;
          sums += heap[(dy >> 2) + i];
        }
        heap[(dGamma >> 2) + j] = products;
        heap[(dBeta >> 2) + j] = sums;
        const factor = heap[(gamma >> 2) + j] * spread;
        for (let i = j; i < rows * n; i += n) {
          const normalized = (heap[(x >> 2) + i] - centre) * spread;
          heap[(dx >> 2) + i] = factor * (heap[(dy >> 2) + i] - sums / rows - (normalized * products) / rows);
        }
      }
    },
  };
}
