/** The one number that nothing is divided by. */

import { unsupportedError } from '../core/errors.ts';

/** The divisor; refuses 0, where TFLM returns an error, stops with an assertion, or computes nothing that C defines. */
export function divisor(x: number): number {
  if (x === 0) {
    throw unsupportedError('division-by-zero', 'divides by 0, where TensorFlow Lite Micro stops');
  }
  return x;
}
