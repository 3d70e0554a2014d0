/** Detectors of a few boxes, in both ways of suppressing overlaps, computed in doubles from what the two ways mean. */

import type { Random } from '../../src/core/random.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import type { FloatCase } from './float-cases.ts';

type Attributes = AttributesOf<'tflite_detection_postprocess'>;

interface Box {
  /** top, left, bottom, right */
  readonly corners: readonly number[];
  /** To which rounding of the corners is proportional. */
  readonly sizes: readonly number[];
  readonly scores: readonly number[];
}

interface Detection {
  readonly box: Box;
  readonly label: number;
  readonly score: number;
}

const f = Math.fround;

function operand(shape: readonly number[], values: readonly number[]): Operand {
  return { type: { dtype: 'float32', shape }, data: Float32Array.from(values) };
}

function decode(encoding: readonly number[], anchor: readonly number[], { scales }: Attributes) {
  const centre = [0, 1].map((axis) => (encoding[axis] / scales[axis]) * anchor[axis + 2] + anchor[axis]);
  const half = [0, 1].map((axis) => (Math.exp(encoding[axis + 2] / scales[axis + 2]) * anchor[axis + 2]) / 2);
  return {
    corners: [centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]],
    sizes: [0, 1, 0, 1].map((axis) => Math.abs(centre[axis]) + half[axis]),
  };
}

function overlapOf({ corners: a }: Box, { corners: b }: Box): number {
  const area = (box: readonly number[]): number => (box[2] - box[0]) * (box[3] - box[1]);
  const shared = [0, 1].map((axis) => Math.min(a[axis + 2], b[axis + 2]) - Math.max(a[axis], b[axis]));
  if (Math.min(...shared) <= 0) return 0;
  const both = shared[0] * shared[1];
  return both / (area(a) + area(b) - both);
}

/** One stays unless a better one that stays covers it. */
function staying(
  candidates: readonly Detection[],
  most: number,
  { overlapThreshold }: Attributes,
): Detection[] {
  const best = [...candidates].sort((a, b) => b.score - a.score);
  const stays: boolean[] = [];
  for (const [index, { box }] of best.entries()) {
    const covered = best
      .slice(0, index)
      .some((other, at) => stays[at] && overlapOf(other.box, box) > overlapThreshold);
    stays.push(!covered && stays.filter(Boolean).length < most);
  }
  return best.filter((_, index) => stays[index]);
}

function detectionsOf(boxes: readonly Box[], attributes: Attributes): Detection[] {
  const { classes, perClass, scoreThreshold, maxDetections, detectionsPerClass } = attributes;
  const labels = Array.from({ length: classes }, (_, label) => label);
  const of = (box: Box, label: number): Detection => ({ box, label, score: box.scores[label] });
  const sure = ({ score }: Detection): boolean => score >= f(scoreThreshold);
  if (!perClass) {
    const best = boxes.map((box) => of(box, box.scores.indexOf(Math.max(...box.scores))));
    return staying(best.filter(sure), maxDetections, attributes);
  }
  const found = labels.flatMap((label) =>
    staying(boxes.map((box) => of(box, label)).filter(sure), detectionsPerClass, attributes),
  );
  return found.sort((a, b) => b.score - a.score).slice(0, maxDetections);
}

/** A draw of `tflite_detection_postprocess`. */
export function detectionCases(random: Random, index: number): FloatCase<Attributes> {
  const [count, classes, background] = [2 + random.below(7), 1 + random.below(4), index % 2];
  const attributes: Attributes = {
    maxDetections: 2 + random.below(4),
    maxClassesPerDetection: 1,
    detectionsPerClass: 1 + random.below(4),
    classes,
    perClass: index % 3 === 0,
    scoreThreshold: 0.3,
    overlapThreshold: 0.4,
    scales: [10, 10, 5, 5],
  };
  const encodings = Array.from({ length: 4 * count }, () => f(2 * random.normal()));
  const scores = Array.from({ length: (classes + background) * count }, () => f(random.uniform()));
  const anchors = Array.from({ length: 4 * count }, (_, at) =>
    f(at % 4 < 2 ? random.uniform() : 0.2 + random.uniform() / 2),
  );
  const boxes = Array.from({ length: count }, (_, at): Box => {
    const row = (classes + background) * at + background;
    return {
      ...decode(encodings.slice(4 * at, 4 * at + 4), anchors.slice(4 * at, 4 * at + 4), attributes),
      scores: scores.slice(row, row + classes),
    };
  });
  const found = detectionsOf(boxes, attributes);
  const rows = Array.from({ length: attributes.maxDetections }, (_, at) => found.at(at));
  const rest = (expected: readonly number[]) => ({
    output: operand([1, rows.length], expected).type,
    expected,
  });
  const none = [0, 0, 0, 0];
  return {
    attributes,
    operands: [
      operand([1, count, 4], encodings),
      operand([1, count, classes + background], scores),
      operand([count, 4], anchors),
    ],
    output: operand([1, rows.length, 4], []).type,
    expected: rows.flatMap((row) => row?.box.corners ?? none),
    termSizes: rows.flatMap((row) => row?.box.sizes ?? none),
    more: [
      rest(rows.map((row) => row?.label ?? 0)),
      rest(rows.map((row) => row?.score ?? 0)),
      { output: operand([1], []).type, expected: [found.length] },
    ],
  };
}
