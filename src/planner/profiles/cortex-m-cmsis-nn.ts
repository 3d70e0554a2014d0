/** TFLM at commit 90b983c2 with the CMSIS-NN kernels on a Cortex-M. */

import type { BuildProfile } from '../build-profile.ts';
import { cmsisNnKernels } from '../kernels/cmsis-nn.ts';
import { ARM_SIZES } from './tflm-sizes.ts';

export const cortexMCmsisNn: BuildProfile = { ...ARM_SIZES, kernels: cmsisNnKernels };
