/** States that go on from one inference to the next: read before the first step, assigned behind the last one. */

import type { Shape } from '../../../../core/tensor.ts';
import { within } from '../../functions.ts';
import type { NodeWriter } from '../../node-writer.ts';
import type { CellState } from '../cell.ts';

export interface KeptState<Tensor> {
  readonly before: CellState<Tensor>;
  keep(last: CellState<Tensor>): void;
}

/** One variable: what the inference before has left, and what is kept for the one behind. */
export interface KeptVariable<Tensor> {
  readonly before: Tensor;
  keep(value: Tensor): void;
}

/** In float32, named by `part`. */
export function keptVariable<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  shape: Shape,
): KeptVariable<Tensor> {
  const state = writer.state(part, shape);
  return {
    before: writer.add('read_variable', within(part, 'read'), {}, [state]),
    keep: (value) => void writer.add('assign_variable', within(part, 'keep'), {}, [state, value]),
  };
}

/** `shape` is [batch, units]; `hasCell` for LSTM. */
export function keptState<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  shape: Shape,
  hasCell: boolean,
): KeptState<Tensor> {
  const hidden = keptVariable(writer, within(part, 'hidden_state'), shape);
  const cell = hasCell ? keptVariable(writer, within(part, 'cell_state'), shape) : undefined;
  return {
    before: { hidden: hidden.before, cell: cell?.before },
    keep(last) {
      hidden.keep(last.hidden);
      if (last.cell !== undefined) cell?.keep(last.cell);
    },
  };
}
