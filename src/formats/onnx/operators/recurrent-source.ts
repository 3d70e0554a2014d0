/** What LSTM, GRU and RNN have in their nodes: extents, weights, initial states. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { formatShape, type Shape, sameShape } from '../../../core/tensor.ts';
import type { Apply } from '../../lowering/functions.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import type { CellState } from '../../lowering/recurrent/cell.ts';
import type { CellSize, GateWeights } from '../../lowering/recurrent/gates.ts';
import type { OnnxNode } from '../node.ts';

/** Positions of inputs. */
const INPUT = { weights: 1, recurrence: 2, bias: 3, lengths: 4, hidden: 5, cell: 6, peepholes: 7 } as const;

export interface Extent extends CellSize {
  readonly steps: number;
  readonly batch: number;
  readonly directions: number;
}

/** What a kind of cell takes of its node, for one direction. */
export interface DirectionSource {
  readonly extent: Extent;
  readonly clip: number;
  readonly activations: readonly Apply[];
  readonly gates: readonly GateWeights[];
  /** The two parts of the biases in `gates`. */
  readonly inputBiases: readonly Float32Array[];
  readonly hiddenBiases: readonly Float32Array[];
  readonly peepholes: readonly Float32Array[] | undefined;
}

function knownFloats(node: OnnxNode, position: number, shape: Shape, what: string): Float32Array | undefined {
  const operand = node.inputs[position];
  if (operand === undefined) return undefined;
  if (!sameShape(operand.type.shape, shape)) {
    throw inputError(
      'onnx-shape',
      `its ${what} have shape ${formatShape(operand.type.shape)} instead of ${formatShape(shape)}.`,
    );
  }
  if (isKnown(operand) && operand.data instanceof Float32Array) return operand.data;
  throw unsupportedError('computed-weights', `its ${what} are no float32 numbers that the file has.`);
}

function isZero(operand: Operand | undefined): boolean {
  return (
    operand === undefined ||
    (isKnown(operand) && operand.data instanceof Float32Array && operand.data.every((value) => value === 0))
  );
}

export function extentOf(node: OnnxNode, gates: number, directions: number, isBatchFirst: boolean): Extent {
  const { shape } = node.input(0).type;
  const recurrence = node.input(INPUT.recurrence).type.shape;
  if (shape.length !== 3 || recurrence.length !== 3) {
    throw inputError('onnx-shape', `it reads ${formatShape(shape)}, which is no sequence of vectors.`);
  }
  const [batch, steps] = isBatchFirst ? shape : [shape[1], shape[0]];
  const units = recurrence[2];
  if (node.integer('hidden_size', units) !== units) {
    throw inputError('onnx-attribute', `its "hidden_size" is not the ${units} of its weights.`);
  }
  if (recurrence[1] !== gates * units) {
    throw inputError(
      'onnx-shape',
      `its weights have shape ${formatShape(recurrence)} for ${counted(gates, 'gate')}.`,
    );
  }
  return { steps, batch, depth: shape[2], units, directions };
}

export function refuseShortSequences(node: OnnxNode, { steps }: Extent): void {
  const lengths = node.numbers(INPUT.lengths, 'sequence_lens');
  if (lengths === undefined || lengths.every((length) => length === steps)) return;
  throw unsupportedError(
    'sequence-lengths',
    `its sequences have ${lengths.join(', ')} of ${counted(steps, 'step')}.`,
    'Export the model without "sequence_lens".',
  );
}

/** Piece `index` of `count` equal ones. */
function piece(data: Float32Array, index: number, count: number): Float32Array {
  const length = data.length / count;
  return data.subarray(index * length, (index + 1) * length);
}

function summed(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, index) => value + b[index]);
}

/** Weights and biases of one direction, by gates in the order of the file. */
export function sourceOf(node: OnnxNode, gateCount: number, extent: Extent, direction: number) {
  const { directions, units, depth } = extent;
  const rows = gateCount * units;
  const find = (position: number, shape: Shape, what: string) => {
    const data = knownFloats(node, position, [directions, ...shape], what);
    return data && piece(data, direction, directions);
  };
  const input = find(INPUT.weights, [rows, depth], 'weights') ?? new Float32Array(rows * depth);
  const hidden = find(INPUT.recurrence, [rows, units], 'recurrent weights') ?? new Float32Array(rows * units);
  const biases = find(INPUT.bias, [2 * rows], 'biases') ?? new Float32Array(2 * rows);
  const ofGate = (data: Float32Array, gate: number) => piece(data, gate, gateCount);
  const [inputBias, hiddenBias] = [piece(biases, 0, 2), piece(biases, 1, 2)];
  const indices = Array.from({ length: gateCount }, (_, gate) => gate);
  return {
    gates: indices.map((gate) => ({
      input: ofGate(input, gate),
      hidden: ofGate(hidden, gate),
      bias: summed(ofGate(inputBias, gate), ofGate(hiddenBias, gate)),
    })),
    inputBiases: indices.map((gate) => ofGate(inputBias, gate)),
    hiddenBiases: indices.map((gate) => ofGate(hiddenBias, gate)),
  };
}

/** The initial state of each direction as [batch, units]; undefined where it is zero. */
export function initialStates(
  node: OnnxNode,
  { directions, batch, units }: Extent,
  isBatchFirst: boolean,
): readonly (CellState<Operand> | undefined)[] {
  const given = [node.inputs[INPUT.hidden], node.inputs[INPUT.cell]];
  if (given.every(isZero)) return new Array<undefined>(directions).fill(undefined);
  const [hidden, cell] = given.map((operand, index) => {
    const part = index === 0 ? 'initial_h' : 'initial_c';
    const zeros = node.constant(
      part,
      [directions, batch, units],
      new Float32Array(directions * batch * units),
    );
    const all = isBatchFirst && operand ? node.transpose(part, operand, [1, 0, 2]) : (operand ?? zeros);
    const each =
      directions === 1
        ? [all]
        : node.addMany('split', `${part}/split`, { axis: 0, count: directions }, [all]);
    return each.map((state, at) => node.reshape(`${part}/${at}`, state, [batch, units]));
  });
  return hidden.map((state, direction) => ({ hidden: state, cell: cell[direction] }));
}

/** Of LSTM alone: three lists of [units], or undefined where they are left out or zero. */
export function peepholesOf(
  node: OnnxNode,
  { directions, units }: Extent,
  direction: number,
): readonly Float32Array[] | undefined {
  if (node.operator !== 'LSTM') return undefined;
  const all = knownFloats(node, INPUT.peepholes, [directions, 3 * units], 'peepholes');
  if (all?.some((value) => value !== 0) !== true) return undefined;
  const own = piece(all, direction, directions);
  return [0, 1, 2].map((gate) => piece(own, gate, 3));
}
