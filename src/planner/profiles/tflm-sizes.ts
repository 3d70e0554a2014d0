/** Sizes of TFLM's own objects at commit 90b983c2, as `sizeof` and `alignof` give them; kernels are not part of it. */

import type { BuildProfile } from '../build-profile.ts';

export type ObjectSizes = Omit<BuildProfile, 'kernels'>;

/** 32-bit Arm: AAPCS, short enums. */
export const ARM_SIZES: ObjectSizes = {
  abi: 'arm',
  allocatorObjects: [
    { bytes: 36, align: 4 },
    { bytes: 44, align: 4 },
    { bytes: 36, align: 4 },
  ],
  resourceVariables: { objectBytes: 12, bytesPerVariable: 20 },
  optionsAllocator: { bytes: 8, align: 4 },
  subgraphAllocations: { bytes: 8, align: 4 },
  evalTensor: { bytes: 12, align: 4 },
  nodeAndRegistration: { bytes: 32, align: 4 },
  tensor: { bytes: 32, align: 4 },
  affineQuantization: { bytes: 12, align: 4 },
  pointer: { bytes: 4, align: 4 },
  scratchRequest: { bytes: 12, align: 4 },
  allocationInfo: { bytes: 24, align: 4 },
  plannerBytesPerBuffer: 40,
  interpreterBytes: 208,
  resolverBytes: (operatorCount) => 12 + 36 * operatorCount,
};

export const X86_64_SIZES: ObjectSizes = {
  abi: 'x86-64',
  allocatorObjects: [
    { bytes: 72, align: 8 },
    { bytes: 72, align: 8 },
    { bytes: 72, align: 8 },
  ],
  resourceVariables: { objectBytes: 16, bytesPerVariable: 40 },
  optionsAllocator: { bytes: 16, align: 8 },
  subgraphAllocations: { bytes: 16, align: 8 },
  evalTensor: { bytes: 24, align: 8 },
  nodeAndRegistration: { bytes: 64, align: 8 },
  tensor: { bytes: 64, align: 8 },
  affineQuantization: { bytes: 24, align: 8 },
  pointer: { bytes: 8, align: 8 },
  scratchRequest: { bytes: 16, align: 8 },
  allocationInfo: { bytes: 32, align: 8 },
  plannerBytesPerBuffer: 40,
  interpreterBytes: 408,
  resolverBytes: (operatorCount) => 16 + 72 * operatorCount,
};
