/** How the end of SSD detectors is stored: a custom operator, its options in FlexBuffers. */

import type { AttributesOf } from '../../../ops/index.ts';
import { readScalarMap, writeScalarMap } from '../../flexbuffers/scalar-map.ts';
import type { Codec } from '../codec.ts';
import { requireInputs } from '../constant-operands.ts';
import { BuiltinOperator, BuiltinOptions } from '../generated/tflite_generated.ts';

/** What TensorFlow Lite takes where the options do not say it. */
const DETECTIONS_PER_CLASS = 100;
const SCALES = ['y_scale', 'x_scale', 'h_scale', 'w_scale'] as const;

/** Throws an input error where they are no map of numbers. */
export function readDetectionOptions(bytes: Uint8Array): AttributesOf<'tflite_detection_postprocess'> {
  const options = readScalarMap(bytes);
  const number = (name: string, otherwise = 0): number => Number(options.get(name) ?? otherwise);
  return {
    maxDetections: number('max_detections'),
    maxClassesPerDetection: number('max_classes_per_detection'),
    detectionsPerClass: number('detections_per_class', DETECTIONS_PER_CLASS),
    classes: number('num_classes'),
    perClass: Boolean(options.get('use_regular_nms') ?? false),
    scoreThreshold: number('nms_score_threshold'),
    overlapThreshold: number('nms_iou_threshold'),
    scales: [number(SCALES[0]), number(SCALES[1]), number(SCALES[2]), number(SCALES[3])],
  };
}

export const detectionCodecs = {
  tflite_detection_postprocess: {
    code: BuiltinOperator.CUSTOM,
    customName: 'TFLite_Detection_PostProcess',
    options: BuiltinOptions.NONE,
    version: () => 1,
    read(operator) {
      requireInputs(operator, 3);
      return readDetectionOptions(operator.customOptions);
    },
    writeCustomOptions: (attributes) =>
      writeScalarMap([
        { name: 'max_detections', value: attributes.maxDetections },
        { name: 'max_classes_per_detection', value: attributes.maxClassesPerDetection },
        { name: 'detections_per_class', value: attributes.detectionsPerClass },
        { name: 'num_classes', value: attributes.classes },
        { name: 'use_regular_nms', value: attributes.perClass },
        { name: 'nms_score_threshold', value: attributes.scoreThreshold, isReal: true },
        { name: 'nms_iou_threshold', value: attributes.overlapThreshold, isReal: true },
        ...attributes.scales.map((value, at) => ({ name: SCALES[at], value, isReal: true as const })),
      ]),
  } satisfies Codec<AttributesOf<'tflite_detection_postprocess'>>,
};
