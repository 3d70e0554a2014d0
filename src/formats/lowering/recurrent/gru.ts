import { within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { Activate, Cell } from './cell.ts';
import { type CellSize, Gates, type GateWeights, product, sumOf } from './gates.ts';
import { clipped } from './lstm.ts';
import type { Sequence } from './sequence.ts';

export interface GruCell<Tensor> extends CellSize {
  readonly updateGate: GateWeights;
  readonly resetGate: GateWeights;
  readonly candidate: GateWeights;
  /**
   * [units], present where the reset gate acts behind the weights of the hidden state (Keras' `reset_after`, ONNX'
   * `linear_before_reset`): what is added to their product first.
   */
  readonly hiddenBias?: Float32Array;
  /** Of update and reset. */
  readonly recurrentActivation: Activate<Tensor>;
  readonly activation: Activate<Tensor>;
  /** What goes into activations stays between its negative and it; Infinity for no limit. */
  readonly clip: number;
}

/** h ← n + z · (h − n) with the candidate n. */
export function gruCell<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  sequence: Sequence<Tensor>,
  cell: GruCell<Tensor>,
): Cell<Tensor> {
  const gates = (name: string, weights: readonly GateWeights[], activation: Activate<Tensor>) =>
    new Gates(writer, within(part, name), sequence, cell, weights, clipped(activation, cell.clip));
  const both = gates('gates', [cell.updateGate, cell.resetGate], cell.recurrentActivation);
  const candidates = gates('candidate', [cell.candidate], cell.activation);
  const { hiddenBias } = cell;
  const added =
    hiddenBias && writer.constant(within(part, 'recurrent_bias'), [hiddenBias.length], hiddenBias);

  /** What the candidate has of the hidden state. */
  const remembered = (at: string, reset: Tensor, hidden: Tensor | undefined): Tensor | undefined => {
    if (added === undefined) {
      return candidates.ofHidden(at, hidden && product(writer, within(at, 'reset'), reset, hidden));
    }
    const seen = candidates.ofHidden(at, hidden);
    const biased = seen === undefined ? added : sumOf(writer, within(at, 'biased'), seen, added);
    return product(writer, within(at, 'reset'), reset, biased);
  };

  return {
    step(at, step, before) {
      const name = (what: string) => within(at, what);
      const hidden = before?.hidden;
      const [update, reset] = both.activated(name('gates'), both.sum(name('gates'), step, hidden));
      const of = name('candidate');
      const sum = sumOf(writer, within(of, 'sum'), candidates.ofInput(step), remembered(of, reset, hidden));
      const [candidate] = candidates.activated(of, sum);
      const difference = (part: string, a: Tensor, b: Tensor) =>
        writer.add('sub', name(part), { activation: 'none' }, [a, b]);
      if (hidden === undefined) {
        const lost = product(writer, name('lost'), update, candidate);
        return { hidden: difference('hidden', candidate, lost) };
      }
      const kept = product(writer, name('kept'), update, difference('change', hidden, candidate));
      return { hidden: sumOf(writer, name('hidden'), candidate, kept) };
    },
  };
}
