/** TFLM at commit 90b983c2 with its reference kernels on a 64-bit PC, as in tests on the host. */

import type { BuildProfile } from '../build-profile.ts';
import { referenceKernels } from '../kernels/reference.ts';
import { X86_64_SIZES } from './tflm-sizes.ts';

export const x8664: BuildProfile = { ...X86_64_SIZES, kernels: referenceKernels };
