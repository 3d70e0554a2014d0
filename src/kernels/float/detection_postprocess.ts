/**
 * Boxes and scores of a detector become detections: `detection_postprocess.cc` of TensorFlow Lite Micro. Boxes are decoded
 * against anchors, in doubles, and of those that overlap only the best stays (non-maximum suppression).
 */

import { unsupportedError } from '../../core/errors.ts';

export interface DetectionNumbers {
  readonly boxes: number;
  /** Values of an encoded box: four, and what stands behind them is not read. */
  readonly stride: number;
  readonly classes: number;
  /** One where the first score of a box is that of the background, otherwise none. */
  readonly background: 0 | 1;
  readonly maxDetections: number;
  readonly detectionsPerClass: number;
  readonly perClass: boolean;
  readonly scoreThreshold: number;
  readonly overlapThreshold: number;
  /** By which encodings of y, x, height and width are divided. */
  readonly scales: readonly [number, number, number, number];
}

/** The class of a box, and how sure of it. */
interface Candidate {
  readonly box: number;
  readonly label: number;
  readonly score: number;
}

const { fround, exp, max, min } = Math;

/** `DecodeCenterSizeBoxes`: [boxes, 4], top, left, bottom and right. */
function decodeBoxes(
  { boxes, stride, scales: [yScale, xScale, heightScale, widthScale] }: DetectionNumbers,
  encodings: Float32Array,
  anchors: Float32Array,
  corners: Float32Array,
): void {
  for (let box = 0; box < boxes; box++) {
    const [at, anchor] = [box * stride, 4 * box];
    const y = fround((encodings[at] / yScale) * anchors[anchor + 2] + anchors[anchor]);
    const x = fround((encodings[at + 1] / xScale) * anchors[anchor + 3] + anchors[anchor + 1]);
    const height = fround(0.5 * exp(encodings[at + 2] / heightScale) * anchors[anchor + 2]);
    const width = fround(0.5 * exp(encodings[at + 3] / widthScale) * anchors[anchor + 3]);
    corners[anchor] = y - height;
    corners[anchor + 1] = x - width;
    corners[anchor + 2] = y + height;
    corners[anchor + 3] = x + width;
    if (corners[anchor] >= corners[anchor + 2] || corners[anchor + 1] >= corners[anchor + 3]) {
      throw unsupportedError(
        'empty-box',
        `decodes box ${box} to one without height or width, with which TensorFlow Lite Micro ends the inference`,
      );
    }
  }
}

function area(corners: Float32Array, box: number): number {
  const at = 4 * box;
  return fround(fround(corners[at + 2] - corners[at]) * fround(corners[at + 3] - corners[at + 1]));
}

/** `ComputeIntersectionOverUnion`, every step in float32. */
function overlap(corners: Float32Array, a: number, b: number): number {
  const [first, second] = [area(corners, a), area(corners, b)];
  if (first <= 0 || second <= 0) return 0;
  const [i, j] = [4 * a, 4 * b];
  const height = fround(min(corners[i + 2], corners[j + 2]) - max(corners[i], corners[j]));
  const width = fround(min(corners[i + 3], corners[j + 3]) - max(corners[i + 1], corners[j + 1]));
  const shared = fround(max(height, 0) * max(width, 0));
  return fround(shared / fround(fround(first + second) - shared));
}

/** The best first; of equal ones the earlier. */
function byScore(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort((a, b) => b.score - a.score);
}

/** `NonMaxSuppressionSingleClassHelper`. */
function withoutOverlaps(
  { scoreThreshold, overlapThreshold }: DetectionNumbers,
  corners: Float32Array,
  candidates: readonly Candidate[],
  most: number,
): Candidate[] {
  const selected: Candidate[] = [];
  for (const candidate of byScore(candidates.filter(({ score }) => score >= scoreThreshold))) {
    if (selected.length >= most) break;
    if (selected.some(({ box }) => overlap(corners, box, candidate.box) > overlapThreshold)) continue;
    selected.push(candidate);
  }
  return selected;
}

function candidate(numbers: DetectionNumbers, scores: Float32Array, box: number, label: number): Candidate {
  const { classes, background } = numbers;
  return { box, label, score: scores[box * (classes + background) + background + label] };
}

/** `NonMaxSuppressionMultiClassFastHelper`: each box for its best class alone. */
function fast(numbers: DetectionNumbers, corners: Float32Array, scores: Float32Array): Candidate[] {
  const best = Array.from({ length: numbers.boxes }, (_, box) => {
    let chosen = candidate(numbers, scores, box, 0);
    for (let label = 1; label < numbers.classes; label++) {
      const other = candidate(numbers, scores, box, label);
      if (other.score > chosen.score) chosen = other;
    }
    return chosen;
  });
  return withoutOverlaps(numbers, corners, best, numbers.maxDetections);
}

/** `NonMaxSuppressionMultiClassRegularHelper`: every class apart, the best of all of them stay. */
function regular(numbers: DetectionNumbers, corners: Float32Array, scores: Float32Array): Candidate[] {
  let kept: Candidate[] = [];
  for (let label = 0; label < numbers.classes; label++) {
    const all = Array.from({ length: numbers.boxes }, (_, box) => candidate(numbers, scores, box, label));
    const selected = withoutOverlaps(numbers, corners, all, numbers.detectionsPerClass);
    kept = byScore([...kept, ...selected]).slice(0, numbers.maxDetections);
  }
  return kept;
}

/**
 * Writes [rows, 4] corners, [rows] classes and scores, and how many they are; what follows the last is zero. Throws
 * `empty-box`.
 */
export function detect(
  numbers: DetectionNumbers,
  [encodings, scores, anchors]: readonly Float32Array[],
  corners: Float32Array,
  [boxes, classes, certainties, count]: readonly Float32Array[],
): void {
  decodeBoxes(numbers, encodings, anchors, corners);
  const detections = (numbers.perClass ? regular : fast)(numbers, corners, scores);
  for (const output of [boxes, classes, certainties]) output.fill(0);
  for (const [row, { box, label, score }] of detections.entries()) {
    boxes.set(corners.subarray(4 * box, 4 * box + 4), 4 * row);
    classes[row] = label;
    certainties[row] = score;
  }
  count[0] = detections.length;
}
