/** Normalizations by statistics of the values themselves. */

import type { Shape } from '../../core/tensor.ts';
import { scalar, within } from './functions.ts';
import type { NodeWriter } from './node-writer.ts';

/** With the mean and the reciprocal of the deviation that it was made with, both with reduced axes of length 1. */
interface Normalized<Tensor> {
  readonly result: Tensor;
  readonly mean: Tensor;
  readonly inverse: Tensor;
}

/** (x − mean) / √(variance + ε) over axes in ascending order; the last node carries the name `part`. */
export function normalized<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  axes: readonly number[],
  epsilon: number,
): Normalized<Tensor> {
  const reduced = { axes, keepDims: true };
  const mean = writer.add('mean', within(part, 'mean'), reduced, [input]);
  const squares = writer.add('squared_difference', within(part, 'squares'), {}, [input, mean]);
  const variance = writer.add('mean', within(part, 'variance'), reduced, [squares]);
  const least = scalar(writer, within(part, 'epsilon'), epsilon);
  const sum = writer.add('add', within(part, 'sum'), { activation: 'none' }, [variance, least]);
  const inverse = writer.add('rsqrt', within(part, 'inverse'), {}, [sum]);
  const centred = writer.add('sub', within(part, 'centred'), { activation: 'none' }, [input, mean]);
  return { result: writer.add('mul', part, { activation: 'none' }, [centred, inverse]), mean, inverse };
}

/** x / √(mean of squares + ε) over axes in ascending order; the last node carries the name `part`. */
export function rootMeanNormalized<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  axes: readonly number[],
  epsilon: number,
): Tensor {
  const squares = writer.add('mul', within(part, 'squares'), { activation: 'none' }, [input, input]);
  const mean = writer.add('mean', within(part, 'mean'), { axes, keepDims: true }, [squares]);
  const least = scalar(writer, within(part, 'epsilon'), epsilon);
  const sum = writer.add('add', within(part, 'sum'), { activation: 'none' }, [mean, least]);
  const inverse = writer.add('rsqrt', within(part, 'inverse'), {}, [sum]);
  return writer.add('mul', part, { activation: 'none' }, [input, inverse]);
}

/** y · scale + shift, as far as they are given; the last node carries the name `part`. */
export function scaledAndShifted<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  scale: Tensor | undefined,
  shift: Tensor | undefined,
): Tensor {
  const multiply = (name: string, factor: Tensor): Tensor =>
    writer.add('mul', name, { activation: 'none' }, [input, factor]);
  if (shift === undefined) return scale === undefined ? input : multiply(part, scale);
  const product = scale === undefined ? input : multiply(within(part, 'scaled'), scale);
  return writer.add('add', part, { activation: 'none' }, [product, shift]);
}

/** The axis of the channels cut into groups: of [batch, …, channels, …] a [batch, before, groups, behind]. */
function groupedShape(shape: Shape, axis: number, groups: number): { shape: Shape; axes: readonly number[] } {
  const before = shape.slice(1, axis).reduce((product, size) => product * size, 1);
  const behind = shape.slice(axis).reduce((product, size) => product * size, 1) / groups;
  return before === 1
    ? { shape: [shape[0], groups, behind], axes: [2] }
    : { shape: [shape[0], before, groups, behind], axes: [1, 3] };
}

/** Normalized in each group of neighbouring channels of every sample, in the shape of the groups; `groups` divides the channels. */
export function groupNormalized<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  { axis, groups, epsilon }: { readonly axis: number; readonly groups: number; readonly epsilon: number },
): Tensor {
  const { shape: newShape, axes } = groupedShape(writer.shapeOf(input), axis, groups);
  const grouped = writer.add('reshape', 'groups', { newShape }, [input]);
  return normalized(writer, part, grouped, axes, epsilon).result;
}
