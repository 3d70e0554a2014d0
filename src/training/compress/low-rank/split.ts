/**
 * A layer as two operators with fewer channels between them: the first slides over some axes of the window, the second over
 * the others. Weights are cut where the outputs of training samples change least, which is the singular value
 * decomposition of weights times a root of the covariance of what they see.
 */

import { choleskyFactor, type Matrix, product, rowOf, scale, transposed, zeroMatrix } from './matrix.ts';
import type { Moments } from './patch-moments.ts';
import { singularValues } from './singular-values.ts';
import { along, type Operator, type WindowLayer } from './window-layer.ts';

/** Whether the first operator slides over height and width. */
export type FirstAxes = readonly [boolean, boolean];

export interface Split {
  readonly first: FirstAxes;
  /** Weights as [outputs and axes of the second operator, axes of the first and inputs]. */
  readonly unfolded: Matrix;
  /** [rows of `unfolded`, ranks]; orthonormal columns, those first that outputs need most. */
  readonly left: Matrix;
  /** How far the outputs of the layer reach along each of them, as a deviation. */
  readonly deviations: Float64Array;
}

/** Of the mean variance of an input, so that what training never showed still counts a little. */
const RIDGE = 1e-3;
/** Directions that reach less far, as a share of the first, are rounding. */
const LEAST_DEVIATION = 1e-7;

/** Ways to divide a window between two operators; along an axis of one pixel, strides are taken at once. */
export function firstAxesOf({ sliding: { filter } }: WindowLayer): FirstAxes[] {
  const choices = filter.map((length) => (length === 1 ? [true] : [true, false]));
  return choices[0].flatMap((height) => choices[1].map((width): FirstAxes => [height, width]));
}

function unfold({ kernel: [outputs, height, width, depth], weights }: WindowLayer, first: FirstAxes): Matrix {
  const [own, other] = [
    [first[0] ? height : 1, first[1] ? width : 1],
    [first[0] ? 1 : height, first[1] ? 1 : width],
  ];
  const result = zeroMatrix(outputs * other[0] * other[1], own[0] * own[1] * depth);
  for (let index = 0; index < weights.length; index++) {
    const input = index % depth;
    const x = Math.floor(index / depth) % width;
    const y = Math.floor(index / (depth * width)) % height;
    const output = Math.floor(index / (depth * width * height));
    const row = (output * other[0] + (first[0] ? 0 : y)) * other[1] + (first[1] ? 0 : x);
    const column = ((first[0] ? y : 0) * own[1] + (first[1] ? x : 0)) * depth + input;
    result.data[row * result.columns + column] = weights[index];
  }
  return result;
}

/** The covariance of what the first operator sees, summed over the places at which the second one looks. */
function seenByFirst(
  { kernel: [, height, width, depth] }: WindowLayer,
  { covariance }: Moments,
  first: FirstAxes,
): Matrix {
  const own = [first[0] ? height : 1, first[1] ? width : 1];
  const size = own[0] * own[1] * depth;
  const result = zeroMatrix(size, size);
  const elementOf = (index: number, y: number, x: number): number => {
    const pixel = Math.floor(index / depth);
    const row = y + Math.floor(pixel / own[1]);
    return (row * width + x + (pixel % own[1])) * depth + (index % depth);
  };
  for (let y = 0; y <= height - own[0]; y++) {
    for (let x = 0; x <= width - own[1]; x++) {
      const elements = Array.from({ length: size }, (_, index) => elementOf(index, y, x));
      for (const [i, element] of elements.entries()) {
        const [into, from] = [rowOf(result, i), rowOf(covariance, element)];
        for (let j = 0; j < size; j++) into[j] += from[elements[j]];
      }
    }
  }
  return result;
}

function withRidge(covariance: Matrix): Matrix {
  const { rows, data } = covariance;
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += data[i * (rows + 1)];
  const result = { ...covariance, data: Float64Array.from(data) };
  // Where nothing changes, every direction is as good.
  for (let i = 0; i < rows; i++) result.data[i * (rows + 1)] += trace > 0 ? (RIDGE * trace) / rows : 1;
  return result;
}

/** Fewer ranks than the matrix has sides where the others are nothing but rounding; none where all weights are 0. */
export function splitOf(layer: WindowLayer, moments: Moments, first: FirstAxes): Split {
  const unfolded = unfold(layer, first);
  const root = choleskyFactor(withRidge(seenByFirst(layer, moments, first)));
  const { left, values } = singularValues(product(unfolded, root));
  const least = values[0] * LEAST_DEVIATION;
  return { first, unfolded, left, deviations: values.filter((value) => value > least) };
}

export function leadingColumns({ rows, columns, data }: Matrix, count: number): Matrix {
  const result = zeroMatrix(rows, count);
  for (let row = 0; row < rows; row++) {
    rowOf(result, row).set(data.subarray(row * columns, row * columns + count));
  }
  return result;
}

/** The weights of the first operator, [rank, axes and inputs]; each output deviates by the root of its deviation. */
export function firstWeights({ unfolded, left, deviations }: Split, rank: number): Matrix {
  const result = product(transposed(leadingColumns(left, rank)), unfolded);
  for (let row = 0; row < rank; row++) scale(rowOf(result, row), 1 / Math.sqrt(deviations[row]));
  return result;
}

/** The weights of the second, [outputs and axes, rank]: what the first has divided by, they multiply by. */
export function secondWeights({ left, deviations }: Split, rank: number): Matrix {
  const result = leadingColumns(left, rank);
  for (let index = 0; index < result.data.length; index++) {
    result.data[index] *= Math.sqrt(deviations[index % rank]);
  }
  return result;
}

/** The operators without their weights, which only ranks decide. */
export function splitShape(
  { kernel: [outputs, height, width, depth], sliding }: WindowLayer,
  first: FirstAxes,
  rank: number,
): readonly [Omit<Operator, 'weights'>, Omit<Operator, 'weights'>] {
  return [
    { kernel: [rank, first[0] ? height : 1, first[1] ? width : 1, depth], sliding: along(sliding, first) },
    {
      kernel: [outputs, first[0] ? 1 : height, first[1] ? 1 : width, rank],
      sliding: along(sliding, [!first[0], !first[1]]),
    },
  ];
}

export function splitOperators(layer: WindowLayer, split: Split, rank: number): Operator[] {
  const [first, second] = splitShape(layer, split.first, rank);
  return [
    { ...first, weights: firstWeights(split, rank).data },
    { ...second, weights: secondWeights(split, rank).data },
  ];
}
