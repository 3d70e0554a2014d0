import { within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { Activate, Cell } from './cell.ts';
import { type CellSize, Gates, type GateWeights } from './gates.ts';
import { clipped } from './lstm.ts';
import type { Sequence } from './sequence.ts';

export interface SimpleRnnCell<Tensor> extends CellSize {
  readonly weights: GateWeights;
  readonly activation: Activate<Tensor>;
  /** What goes into the activation stays between its negative and it; Infinity for no limit. */
  readonly clip: number;
}

/** h ← function(W x + R h + b). */
export function simpleRnnCell<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  sequence: Sequence<Tensor>,
  cell: SimpleRnnCell<Tensor>,
): Cell<Tensor> {
  const activation = clipped(cell.activation, cell.clip);
  const gates = new Gates(writer, within(part, 'cell'), sequence, cell, [cell.weights], activation);
  return {
    step(at, step, before) {
      const [hidden] = gates.activated(at, gates.sum(at, step, before?.hidden));
      return { hidden };
    },
  };
}
