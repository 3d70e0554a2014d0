/** TFLM at commit 90b983c2 with its reference kernels on a Cortex-M. */

import type { BuildProfile } from '../build-profile.ts';
import { referenceKernels } from '../kernels/reference.ts';
import { ARM_SIZES } from './tflm-sizes.ts';

export const cortexMReference: BuildProfile = { ...ARM_SIZES, kernels: referenceKernels };
