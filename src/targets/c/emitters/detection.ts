import { unsupportedError } from '../../../core/errors.ts';
import type { EmitterRows } from '../emitter.ts';

/** Throws `no-standalone-c`. */
function refused(): never {
  throw unsupportedError(
    'no-standalone-c',
    'chooses detections, which is written for TensorFlow Lite Micro alone',
  );
}

export const DETECTION_EMITTERS = {
  tflite_detection_postprocess: { float32: refused },
} satisfies EmitterRows;
