/** The kernels of training as plain loops: the reference, and what runs where there is no WebAssembly SIMD. */

import type { TrainingKernels } from './kernels.ts';
import { FLOAT32 } from './plain/arithmetic.ts';
import { batchNormKernels } from './plain/batch-norm.ts';
import { copyKernels } from './plain/copies.ts';
import { elementwiseKernels } from './plain/elementwise.ts';
import { matrixKernels } from './plain/matrix.ts';
import { optimizerKernels } from './plain/optimizers.ts';
import { quantizedKernels } from './plain/quantized.ts';
import { recurrentKernels } from './plain/recurrent.ts';
import { windowKernels } from './plain/windows.ts';

/** Over `memory`, whose length is a multiple of 4. */
export function createPlainKernels(memory: ArrayBufferLike): TrainingKernels {
  const heap = new Float32Array(memory);
  return {
    ...copyKernels(heap),
    ...matrixKernels(heap, FLOAT32),
    ...elementwiseKernels(heap, FLOAT32),
    ...windowKernels(heap, FLOAT32),
    ...batchNormKernels(heap, FLOAT32),
    ...recurrentKernels(heap, FLOAT32),
    ...optimizerKernels(heap, FLOAT32),
    ...quantizedKernels(heap),
  };
}
