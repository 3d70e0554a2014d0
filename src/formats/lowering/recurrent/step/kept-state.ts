/** States that go on from one inference to the next: read before the first step, assigned behind the last one. */

import type { Shape } from '../../../../core/tensor.ts';
import { within } from '../../functions.ts';
import type { NodeWriter } from '../../node-writer.ts';
import type { CellState } from '../cell.ts';

export interface KeptState<Tensor> {
  readonly before: CellState<Tensor>;
  keep(last: CellState<Tensor>): void;
}

/** `shape` is [batch, units]; `hasCell` for LSTM. */
export function keptState<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  shape: Shape,
  hasCell: boolean,
): KeptState<Tensor> {
  const variable = (name: string) => {
    const of = within(part, name);
    const state = writer.state(of, shape);
    return { state, of, before: writer.add('read_variable', within(of, 'read'), {}, [state]) };
  };
  const hidden = variable('hidden_state');
  const cell = hasCell ? variable('cell_state') : undefined;
  const assign = ({ state, of }: Omit<typeof hidden, 'before'>, value: Tensor | undefined): void => {
    if (value !== undefined) writer.add('assign_variable', within(of, 'keep'), {}, [state, value]);
  };
  return {
    before: { hidden: hidden.before, cell: cell?.before },
    keep(last) {
      assign(hidden, last.hidden);
      if (cell !== undefined) assign(cell, last.cell);
    },
  };
}
