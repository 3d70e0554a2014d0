/**
 * What TFLM's reference kernels ask of the arena: tflite-micro at commit 90b983c2, micro/kernels and
 * core/api/flatbuffer_conversions.cc, built without compression. Structures are `sizeof` of gcc for 32-bit Arm with
 * short enums and for x86-64.
 */

import type { CompleteKernelTable } from '../build-profile.ts';
import { detectionKernels } from './reference/detection.ts';
import { elementwiseKernels } from './reference/elementwise.ts';
import { FETCHES, withFetches } from './reference/fetches.ts';
import { matrixKernels } from './reference/matrix.ts';
import { controlKernels, movementKernels } from './reference/movement.ts';
import { recurrentKernels } from './reference/recurrent.ts';
import { reductionKernels } from './reference/reductions.ts';

/** All builtin operators of TFLM, and its custom operators that tinyml computes. */
export const referenceKernels: CompleteKernelTable = withFetches(
  {
    ...controlKernels,
    ...detectionKernels,
    ...elementwiseKernels,
    ...matrixKernels,
    ...movementKernels,
    ...recurrentKernels,
    ...reductionKernels,
  },
  FETCHES,
);
