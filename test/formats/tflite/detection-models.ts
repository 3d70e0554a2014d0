/** Graphs that end in TFLite_Detection_PostProcess. */

import type { Graph } from '../../../src/ir/graph.ts';
import type { AttributesOf } from '../../../src/ops/index.ts';
import { graphOf } from '../../passes/run-pass.ts';

type Options = AttributesOf<'tflite_detection_postprocess'>;

const BOXES = 6;
/** y, x, height, width */
const ANCHORS = Array.from({ length: BOXES }, (_, box) => [0.1 + 0.15 * box, 0.9 - 0.1 * box, 0.3, 0.4]);

export const DETECTION: Options = {
  maxDetections: 3,
  maxClassesPerDetection: 1,
  detectionsPerClass: 100,
  classes: 2,
  perClass: false,
  scoreThreshold: 0.25,
  overlapThreshold: 0.5,
  scales: [10, 10, 5, 5],
};

/** Encodings [1, 6, 4] and scores of a background and two classes [1, 6, 3] become three detections. */
export function detectionGraph(changes: Partial<Options> = {}): Graph {
  return graphOf((b) => {
    const operands = [b.in('boxes', 1, BOXES, 4), b.in('scores', 1, BOXES, 3)];
    const anchors = b.const('anchors', [BOXES, 4], ANCHORS.flat());
    return b.addMany('tflite_detection_postprocess', 'detections', { ...DETECTION, ...changes }, [
      ...operands,
      anchors,
    ]);
  });
}
