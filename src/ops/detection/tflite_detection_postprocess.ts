import * as z from 'zod';
import { counted } from '../../core/figure-text.ts';
import { formatShape, type Shape, type TensorData, type TensorType } from '../../core/tensor.ts';
import { type DetectionNumbers, detect } from '../../kernels/float/detection_postprocess.ts';
import { requireDType, shapeError } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs } from '../unary.ts';

const { fround } = Math;
const MOST = 2 ** 20;
const count = z.int().min(1).max(MOST);
const divisor = z.number().refine((value) => value !== 0 && Number.isFinite(value));

const attributes = z.strictObject({
  maxDetections: count,
  maxClassesPerDetection: count,
  detectionsPerClass: count,
  /** Without the background. */
  classes: count,
  /** Suppresses overlaps class by class ("regular"), not once for the best class of each box ("fast"). */
  perClass: z.boolean(),
  scoreThreshold: z.number(),
  /** Intersection over union. */
  overlapThreshold: z.number().gt(0).max(1),
  /** y, x, height, width */
  scales: z.tuple([divisor, divisor, divisor, divisor]).readonly(),
});
type Attributes = z.output<typeof attributes>;
type Shapes = readonly [Shape, Shape, Shape];

function checkShapes({ classes, ...given }: Attributes, [boxes, scores, anchors]: Shapes): void {
  const [batch, rows, values] = boxes;
  if (boxes.length !== 3 || batch !== 1 || values < 4) {
    throw shapeError(`has boxes of ${formatShape(boxes)}, where [1, boxes, 4] is wanted`);
  }
  if (scores.length !== 3 || scores[0] !== 1 || scores[1] !== rows) {
    throw shapeError(`has scores of ${formatShape(scores)} for ${counted(rows, 'box', 'boxes')}`);
  }
  if (scores[2] !== classes && scores[2] !== classes + 1) {
    throw shapeError(
      `has ${counted(scores[2], 'score')} for ${counted(classes, 'class', 'classes')} and perhaps a background`,
    );
  }
  if (anchors.length !== 2 || anchors[0] !== rows || anchors[1] !== 4) {
    throw shapeError(`has anchors of ${formatShape(anchors)} for ${counted(rows, 'box', 'boxes')}`);
  }
  // Places in its memory, which it does not count.
  if (!given.perClass && Math.min(given.maxClassesPerDetection, classes) > 1) {
    throw shapeError(
      'gives several classes for each box, which TensorFlow Lite Micro writes beyond its outputs',
    );
  }
  const held = given.maxDetections + Math.min(given.detectionsPerClass, rows);
  if (given.perClass && held > given.maxDetections * rows) {
    throw shapeError(
      `keeps ${counted(held, 'detection')} at a time, for which TensorFlow Lite Micro has no room`,
    );
  }
}

function numbersOf(given: Attributes, [boxes, scores]: readonly TensorType[]): DetectionNumbers {
  const { classes, scales } = given;
  return {
    boxes: boxes.shape[1],
    stride: boxes.shape[2],
    classes,
    background: scores.shape[2] > classes ? 1 : 0,
    maxDetections: given.maxDetections,
    detectionsPerClass: given.detectionsPerClass,
    perClass: given.perClass,
    scoreThreshold: fround(given.scoreThreshold),
    overlapThreshold: fround(given.overlapThreshold),
    scales: [fround(scales[0]), fround(scales[1]), fround(scales[2]), fround(scales[3])],
  };
}

/**
 * The end of SSD detectors: encoded boxes [1, n, 4], scores [1, n, classes (+ 1)] and anchors [n, 4] become boxes, classes,
 * scores and their number, in float32. A custom operator, `detection_postprocess.cc`.
 */
export const tfliteDetectionPostprocess = defineOp({
  kind: 'tflite_detection_postprocess',
  operands: ['boxes', 'scores', 'anchors'],
  attributes,
  quantRule: { rule: 'real' },
  traits: OPAQUE,
  undefinedOutputs: ({ perClass, maxClassesPerDetection }) => !perClass || maxClassesPerDetection > 1,
  infer(given, shapes) {
    checkShapes(given, shapes);
    const rows = given.maxDetections * given.maxClassesPerDetection;
    return [[1, rows, 4], [1, rows], [1, rows], [1]];
  },
  check(_, inputs, outputs) {
    for (const input of inputs) requireDType('an input', input, 'float32');
    for (const output of outputs) requireDType('an output', output, 'float32');
  },
  macs: noMacs,
  // Each box may be compared with every one that is kept.
  taps: ({ perClass, classes, maxDetections, detectionsPerClass }, [boxes]) =>
    boxes[1] * (perClass ? classes * detectionsPerClass : maxDetections + classes),
  kernels: {
    float32: {
      prepare: numbersOf,
      build(prepared: DetectionNumbers) {
        const corners = new Float32Array(4 * prepared.boxes);
        return {
          run(inputs: readonly TensorData[], outputs: readonly TensorData[]): void {
            detect(prepared, inputs as readonly Float32Array[], corners, outputs as readonly Float32Array[]);
          },
        };
      },
    },
  },
});
