/**
 * The Arduino libraries Arduino_TensorFlowLite 2.4.0-ALPHA and Chirale_TensorFLowLite 2.0.0, built by Arduino's core for
 * Arm boards. That core does not define TF_LITE_STATIC_MEMORY, so TfLiteTensor and TfLiteNode have all their fields:
 * models take more of the arena than in a build of TFLM itself.
 */

import type { BuildProfile } from '../build-profile.ts';
import { arduinoKernels } from '../kernels/arduino.ts';
import { ARM_SIZES } from './tflm-sizes.ts';

export const arduinoTflm: BuildProfile = {
  ...ARM_SIZES,
  nodeAndRegistration: { bytes: 44, align: 4 },
  tensor: { bytes: 64, align: 4 },
  kernels: arduinoKernels,
  interpreterBytes: 176,
  resolverBytes: (operatorCount) => 12 + 44 * operatorCount,
};
