/** Sequences whose length is known, step by step: layers that remember are unrolled along them. */

import { within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';

/** The vectors of all steps as [steps · batch, depth], step after step. */
export interface Sequence<Tensor> {
  readonly rows: Tensor;
  readonly steps: number;
}

/** CONCATENATION of TFLM joins no more. */
const MOST_JOINED = 10;

/** [batch, depth] of each step. */
export function stepsOf<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  { rows, steps }: Sequence<Tensor>,
): readonly Tensor[] {
  return steps === 1 ? [rows] : writer.addMany('split', part, { axis: 0, count: steps }, [rows]);
}

/** Tensors behind one another along an axis, any number of them. */
export function joined<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  axis: number,
  tensors: readonly Tensor[],
): Tensor {
  if (tensors.length === 1) return tensors[0];
  const join = (name: string, some: readonly Tensor[]): Tensor =>
    some.length === 1
      ? some[0]
      : writer.add('concatenation', within(part, name), { axis, activation: 'none' }, some);
  if (tensors.length <= MOST_JOINED) return join('', tensors);
  const groups = Array.from({ length: Math.ceil(tensors.length / MOST_JOINED) }, (_, group) =>
    join(`part_${group}`, tensors.slice(group * MOST_JOINED, (group + 1) * MOST_JOINED)),
  );
  return joined(writer, part, axis, groups);
}
