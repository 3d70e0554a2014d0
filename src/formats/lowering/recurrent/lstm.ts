import { clamp, within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { Activate, Cell } from './cell.ts';
import { type CellSize, Gates, type GateWeights, product, sumOf } from './gates.ts';
import type { Sequence } from './sequence.ts';

export interface LstmCell<Tensor> extends CellSize {
  readonly inputGate: GateWeights;
  readonly forgetGate: GateWeights;
  readonly cellGate: GateWeights;
  readonly outputGate: GateWeights;
  /** Of the three gates that let through. */
  readonly recurrentActivation: Activate<Tensor>;
  /** Of what comes in. */
  readonly activation: Activate<Tensor>;
  /** Of the cell state on its way out. */
  readonly outputActivation: Activate<Tensor>;
  /** What goes into activations of gates stays between its negative and it; Infinity for no limit. */
  readonly clip: number;
  /** Factors of the cell state in the three gates, [units] each. */
  readonly peepholes?: {
    readonly input: Float32Array;
    readonly forget: Float32Array;
    readonly output: Float32Array;
  };
}

/** A function of what is kept within ±`clip`. */
export function clipped<Tensor>(activation: Activate<Tensor>, clip: number): Activate<Tensor> {
  if (clip === Infinity) return activation;
  return (writer, part, input) =>
    activation(writer, part, clamp(-clip, clip)(writer, within(part, 'clip'), input));
}

/** c ← f · c + i · g, h ← o · function(c). */
export function lstmCell<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  sequence: Sequence<Tensor>,
  cell: LstmCell<Tensor>,
): Cell<Tensor> {
  const { inputGate, forgetGate, cellGate, outputGate, peepholes } = cell;
  const gates = (name: string, weights: readonly GateWeights[], activation: Activate<Tensor>) =>
    new Gates(writer, within(part, name), sequence, cell, weights, clipped(activation, cell.clip));
  const candidates = gates('candidate', [cellGate], cell.activation);
  const open: OpenGates<Tensor> =
    peepholes === undefined
      ? gatesTogether(gates('gates', [inputGate, forgetGate, outputGate], cell.recurrentActivation))
      : gatesApart(writer, part, peepholes, {
          input: gates('input', [inputGate], cell.recurrentActivation),
          forget: gates('forget', [forgetGate], cell.recurrentActivation),
          output: gates('output', [outputGate], cell.recurrentActivation),
        });
  return {
    step(at, step, before) {
      const name = (what: string) => within(at, what);
      const { input, forget, output } = open(at, step, before?.hidden, before?.cell);
      const [candidate] = candidates.activated(
        name('candidate'),
        candidates.sum(name('candidate'), step, before?.hidden),
      );
      const incoming = product(writer, name('incoming'), input, candidate);
      const kept =
        before?.cell === undefined ? undefined : product(writer, name('kept'), forget, before.cell);
      const next = sumOf(writer, name('cell'), incoming, kept);
      const shown = cell.outputActivation(writer, name('shown'), next);
      return { hidden: product(writer, name('hidden'), output(next), shown), cell: next };
    },
  };
}

interface OpenedGates<Tensor> {
  readonly input: Tensor;
  readonly forget: Tensor;
  /** May look at the new cell state. */
  readonly output: (cell: Tensor) => Tensor;
}

type OpenGates<Tensor> = (
  at: string,
  step: number,
  hidden: Tensor | undefined,
  cell: Tensor | undefined,
) => OpenedGates<Tensor>;

function gatesTogether<Tensor>(gates: Gates<Tensor>): OpenGates<Tensor> {
  return (at, step, hidden) => {
    const part = within(at, 'gates');
    const [input, forget, output] = gates.activated(part, gates.sum(part, step, hidden));
    return { input, forget, output: () => output };
  };
}

/** Each for itself, since each sees another multiple of the cell state. */
function gatesApart<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  peepholes: NonNullable<LstmCell<Tensor>['peepholes']>,
  gates: Readonly<Record<'input' | 'forget' | 'output', Gates<Tensor>>>,
): OpenGates<Tensor> {
  const factor = (gate: keyof typeof gates) =>
    writer.constant(within(part, `${gate}/peephole`), [peepholes[gate].length], peepholes[gate]);
  const factors = { input: factor('input'), forget: factor('forget'), output: factor('output') };
  return (at, step, hidden, before) => {
    const opened = (gate: keyof typeof gates, cell: Tensor | undefined): Tensor => {
      const name = within(at, gate);
      const seen =
        cell === undefined ? undefined : product(writer, within(name, 'seen'), cell, factors[gate]);
      const sum = sumOf(writer, within(name, 'peeped'), gates[gate].sum(name, step, hidden), seen);
      return gates[gate].activated(name, sum)[0];
    };
    return {
      input: opened('input', before),
      forget: opened('forget', before),
      output: (cell) => opened('output', cell),
    };
  };
}
