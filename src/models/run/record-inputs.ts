/**
 * Records of a graph, with whatever number of inputs: the values of all of them, one input after another in the graph's order.
 * So records of one input and of several go the same ways.
 */

import { allocate, elementCount, type TensorData, type TensorType } from '../../core/tensor.ts';
import { toTensor } from './real-tensor.ts';

/** Values in one record of inputs, or of outputs. */
export function recordElements(types: readonly TensorType[]): number {
  return types.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/** Gives the part of a record that each of `types` has; the parts are views into it. */
export function recordSplitter(
  types: readonly TensorType[],
): (record: Float32Array) => readonly Float32Array[] {
  let end = 0;
  const ends = types.map(({ shape }) => {
    end += elementCount(shape);
    return { start: end - elementCount(shape), end };
  });
  return (record) => ends.map((place) => record.subarray(place.start, place.end));
}

/** Gives a record as tensors, real numbers as steps where inputs are integers; they hold until the next call. */
export function recordQuantizer(
  types: readonly TensorType[],
): (record: Float32Array) => readonly TensorData[] {
  const split = recordSplitter(types);
  const tensors = types.map(({ dtype, shape }) => allocate(dtype, elementCount(shape)));
  return (record) => {
    for (const [index, part] of split(record).entries()) toTensor(types[index], part, tensors[index]);
    return tensors;
  };
}
