/** Steps that are passed over: those whose vectors are zero throughout, as sequences are padded to one length. */

import { elementCount } from '../../../core/tensor.ts';
import { scalar, within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { CellState, Hold } from './cell.ts';
import { type Sequence, stepsOf } from './sequence.ts';

/**
 * What a layer gives for steps that are passed over: what it gave before, zeros at first; or zeros; or the hidden state, which is
 * something else where it begins with one.
 */
export type HeldOutput = 'before' | 'zeros' | 'state';

/** The largest magnitude of each step, [steps, 1], which is zero for those that are passed over. */
export function stepSizes<Tensor>(writer: NodeWriter<Tensor>, part: string, rows: Tensor): Tensor {
  const magnitudes = writer.add('abs', within(part, 'sizes'), {}, [rows]);
  return writer.add('reduce_max', within(part, 'largest'), { axes: [1], keepDims: true }, [magnitudes]);
}

/** A step of zeros leaves the state as it is. `sequence` is what is looked at, one vector a step. */
export function holdingAtZeros<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  sequence: Sequence<Tensor>,
  heldOutput: HeldOutput,
): Hold<Tensor> {
  const name = (what: string): string => within(part, what);
  const largest = stepSizes(writer, part, sequence.rows);
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
  return (at, step, { state: before, output }, after) => {
    const state: CellState<Tensor> = {
      hidden: kept(within(at, 'held'), step, before?.hidden, after.hidden),
      cell: after.cell && kept(within(at, 'held_cell'), step, before?.cell, after.cell),
    };
    if (heldOutput === 'state' || (heldOutput === 'before' && output === before?.hidden)) {
      return { state, output: state.hidden };
    }
    const otherwise = heldOutput === 'zeros' ? undefined : output;
    return { state, output: kept(within(at, 'output'), step, otherwise, after.hidden) };
  };
}
