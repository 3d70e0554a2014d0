/** Reference kernels that end detectors. */

import { elementCount } from '../../../core/tensor.ts';
import type { BlockRule, KernelTable } from '../../build-profile.ts';
import { FLOAT32_BYTES, INT32_BYTES, struct } from './blocks.ts';

const CORNERS = 4;

/** `DetectionPostProcessPrepare`: decoded boxes, scores, and what sorts them, for as many detections as are kept. */
const detectionScratch: BlockRule = ({ operator: { detection }, inputs: [encodings, scores] }) => {
  const boxes = encodings?.shape[1];
  if (boxes === undefined || scores === undefined || detection === undefined) return undefined;
  const { maxDetections, classes } = detection;
  return [
    boxes,
    boxes * CORNERS * FLOAT32_BYTES,
    elementCount(scores.shape) * FLOAT32_BYTES,
    boxes * FLOAT32_BYTES,
    boxes * FLOAT32_BYTES,
    maxDetections * boxes * FLOAT32_BYTES,
    maxDetections * boxes * FLOAT32_BYTES,
    boxes * INT32_BYTES,
    maxDetections * boxes * INT32_BYTES,
    Math.max(classes, maxDetections) * boxes * INT32_BYTES,
    Math.min(boxes, maxDetections) * boxes * INT32_BYTES,
  ];
};

export const detectionKernels = {
  TFLITE_DETECTION_POSTPROCESS: { init: struct(112), scratch: detectionScratch },
} satisfies KernelTable;
