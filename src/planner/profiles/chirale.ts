/**
 * Chirale_TensorFLowLite 2.0.0, built by Arduino's core for Arm boards: the sizes of Arduino_TensorFlowLite and nearly its
 * kernels.
 */

import type { BuildProfile } from '../build-profile.ts';
import { chiraleKernels } from '../kernels/arduino.ts';
import { arduinoTflm } from './arduino-tflm.ts';

export const chirale: BuildProfile = {
  ...arduinoTflm,
  kernels: chiraleKernels,
  // It keeps no zero point of a variable: all begin as bytes of 0.
  resourceVariables: { objectBytes: 12, bytesPerVariable: 16 },
};
