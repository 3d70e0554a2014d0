/**
 * Layers of LSTM in whatever computes one: the gates are found among the weights that are multiplied, and taken where what they compute
 * is what was seen.
 */

import { createRandom } from '../../../core/random.ts';
import { elementCount } from '../../../core/tensor.ts';
import { createInterpreter } from '../../../interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../ir/graph.ts';
import { lstmCandidates } from './lstm-candidates.ts';
import { type LstmExtent, type LstmGates, runLstm } from './lstm-values.ts';

/** What an output is to be: the hidden states of a step, counted from the first one, or of the last; or either state behind the last. */
export type Role = number | 'last' | 'end';

export interface SeenLoop {
  /** Inputs are the sequence, [steps, batch, depth], and the states before it, [batch, units], where these are not zeros. */
  readonly graph: Graph;
  readonly extent: LstmExtent;
  /** Of its outputs. */
  readonly roles: readonly Role[];
  /** Steps are taken and counted from the last one of the sequence on. */
  readonly fromLast?: true;
}

export interface FoundLstm {
  readonly gates: LstmGates;
  /** Outputs that are the cell state behind the last step. */
  readonly cells: ReadonlySet<number>;
}

/** How far values may be from each other, of the larger of 1 and themselves. */
const TOLERANCE = 1e-5;
/** Of random inputs: sums that leave sigmoids their slopes, and such as reach their ends. */
const AMPLITUDES = [1, 3];

function isNear(made: ArrayLike<number>, wanted: Float64Array): boolean {
  return wanted.every((value, at) => Math.abs(made[at] - value) <= TOLERANCE * Math.max(1, Math.abs(value)));
}

interface Run {
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
}

function runsOf({ graph }: SeenLoop): readonly Run[] {
  const interpreter = createInterpreter(graph);
  const random = createRandom(1, 'lstm');
  return AMPLITUDES.map((amplitude) => {
    const inputs = graph.inputs.map((id) =>
      Float32Array.from(
        { length: elementCount(getValue(graph, id).type.shape) },
        () => (random.uniform() * 2 - 1) * amplitude,
      ),
    );
    return {
      inputs,
      outputs: interpreter.invoke(inputs).map((output) => Float32Array.from(output as Float32Array)),
    };
  });
}

/** A layer, and which of the two states before it comes first among the inputs. */
interface Candidate {
  readonly gates: LstmGates;
  readonly isCellFirst: boolean;
}

/** The sequence in the order in which its steps are taken. */
function taken({ extent: { steps }, fromLast }: SeenLoop, sequence: Float32Array): Float32Array {
  if (fromLast === undefined) return sequence;
  const size = sequence.length / steps;
  return sequence.map((_, at) => sequence[(steps - 1 - Math.floor(at / size)) * size + (at % size)]);
}

/** Which outputs are the cell state; undefined where one is not what it is to be. */
function cellsOf(
  seen: SeenLoop,
  { gates, isCellFirst }: Candidate,
  { inputs, outputs }: Run,
): ReadonlySet<number> | undefined {
  const { extent, roles } = seen;
  const [sequence, ...states] = inputs;
  const before = isCellFirst ? states.toReversed() : states;
  const cells = new Set<number>();
  const isSeen = (step: number, hidden: Float64Array, cell: Float64Array): boolean =>
    roles.every((role, at) => {
      const isLast = step === extent.steps - 1;
      if (role === 'end') {
        if (!isLast || isNear(outputs[at], hidden)) return true;
        cells.add(at);
        return isNear(outputs[at], cell);
      }
      return step === (role === 'last' ? extent.steps - 1 : role) ? isNear(outputs[at], hidden) : true;
    });
  return runLstm(gates, extent, taken(seen, sequence), before, isSeen) ? cells : undefined;
}

function* candidatesOf({ graph, extent }: SeenLoop): Generator<Candidate> {
  const orders = graph.inputs.length > 1 ? [false, true] : [false];
  for (const gates of lstmCandidates(graph, extent)) {
    for (const isCellFirst of orders) yield { gates, isCellFirst };
  }
}

/** The first of the layers that weights of the graph may be whose values are those of the graph. */
export function lstmByValues(seen: SeenLoop): FoundLstm | undefined {
  return firstOf(seen, [...candidatesOf(seen)]);
}

/** Whether a layer that begins with zeros has the values of the graph. */
export function isLstm(seen: SeenLoop, gates: LstmGates): boolean {
  return firstOf(seen, [{ gates, isCellFirst: false }]) !== undefined;
}

function firstOf(seen: SeenLoop, candidates: readonly Candidate[]): FoundLstm | undefined {
  if (candidates.length === 0) return undefined;
  const runs = runsOf(seen);
  for (const candidate of candidates) {
    const [first, second] = runs.map((run) => cellsOf(seen, candidate, run));
    if (first === undefined || second === undefined || [...first].join() !== [...second].join()) continue;
    return { gates: candidate.gates, cells: first };
  }
  return undefined;
}
