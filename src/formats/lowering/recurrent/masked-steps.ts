/** Steps that are passed over: those whose vectors are zero throughout, as sequences are padded to one length. */

import { elementCount } from '../../../core/tensor.ts';
import { scalar, within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { CellState, Hold } from './cell.ts';
import { type Sequence, stepsOf } from './sequence.ts';

/** A step of zeros leaves the state as it is. `sequence` is what is looked at, one vector a step. */
export function holdingAtZeros<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  sequence: Sequence<Tensor>,
): Hold<Tensor> {
  const name = (what: string): string => within(part, what);
  const sizes = writer.add('abs', name('sizes'), {}, [sequence.rows]);
  const largest = writer.add('reduce_max', name('largest'), { axes: [1], keepDims: true }, [sizes]);
  const zero = scalar(writer, name('zero'), 0);
  const counts = stepsOf(writer, name('steps'), { rows: largest, steps: sequence.steps }).map((size, step) =>
    writer.add('greater', name(`step_${step}`), {}, [size, zero]),
  );
  const kept = (at: string, step: number, before: Tensor | undefined, after: Tensor): Tensor => {
    const shape = writer.shapeOf(after);
    const otherwise =
      before ?? writer.constant(within(at, 'zeros'), shape, new Float32Array(elementCount(shape)));
    return writer.add('select_v2', at, {}, [counts[step], after, otherwise], 'float32');
  };
  return (at, step, before, after): CellState<Tensor> => ({
    hidden: kept(within(at, 'held'), step, before?.hidden, after.hidden),
    cell: after.cell && kept(within(at, 'held_cell'), step, before?.cell, after.cell),
  });
}
