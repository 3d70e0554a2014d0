/** The plain loops of training over a memory of float64, for gradients that differences can be compared with. */

import type { TrainingKernels } from '../../src/kernels/training/kernels.ts';
import type { Arithmetic } from '../../src/kernels/training/plain/arithmetic.ts';
import { batchNormKernels } from '../../src/kernels/training/plain/batch-norm.ts';
import { copyKernels } from '../../src/kernels/training/plain/copies.ts';
import { elementwiseKernels } from '../../src/kernels/training/plain/elementwise.ts';
import { matrixKernels } from '../../src/kernels/training/plain/matrix.ts';
import { optimizerKernels } from '../../src/kernels/training/plain/optimizers.ts';
import { quantizedKernels } from '../../src/kernels/training/plain/quantized.ts';
import { recurrentKernels } from '../../src/kernels/training/plain/recurrent.ts';
import { windowKernels } from '../../src/kernels/training/plain/windows.ts';

const FLOAT64: Arithmetic = { round: (x) => x, exp: Math.exp, tanh: Math.tanh };

/** Its integers lie in another one, at the same addresses. */
export function float64Memory(bytes: number): { floats: Float32Array; kernels: TrainingKernels } {
  const floats = new Float64Array(bytes / 4);
  Object.defineProperty(floats, 'buffer', { value: new ArrayBuffer(bytes) });
  const heap = floats as unknown as Float32Array;
  const kernels = {
    ...copyKernels(heap),
    ...matrixKernels(heap, FLOAT64),
    ...elementwiseKernels(heap, FLOAT64),
    ...windowKernels(heap, FLOAT64),
    ...batchNormKernels(heap, FLOAT64),
    ...recurrentKernels(heap, FLOAT64),
    ...optimizerKernels(heap, FLOAT64),
    ...quantizedKernels(heap),
  };
  return { floats: heap, kernels };
}
