/** LSTM, GRU and RNN, unrolled over their steps. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { formatShape, type Shape, sameShape } from '../../../core/tensor.ts';
import type { Apply } from '../../lowering/functions.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { type Cell, type CellState, unrolled } from '../../lowering/recurrent/cell.ts';
import type { CellSize, GateWeights } from '../../lowering/recurrent/gates.ts';
import { gruCell } from '../../lowering/recurrent/gru.ts';
import { lstmCell } from '../../lowering/recurrent/lstm.ts';
import { joined, type Sequence } from '../../lowering/recurrent/sequence.ts';
import { simpleRnnCell } from '../../lowering/recurrent/simple-rnn.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { recurrentActivations } from './recurrent-activations.ts';

/** Positions of inputs. */
const INPUT = { weights: 1, recurrence: 2, bias: 3, lengths: 4, hidden: 5, cell: 6, peepholes: 7 } as const;

interface Extent extends CellSize {
  readonly steps: number;
  readonly batch: number;
  readonly directions: number;
}

/** What a kind of cell takes of its node, for one direction. */
interface DirectionSource {
  readonly extent: Extent;
  readonly clip: number;
  readonly activations: readonly Apply[];
  readonly gates: readonly GateWeights[];
  /** The two parts of the biases in `gates`. */
  readonly inputBiases: readonly Float32Array[];
  readonly hiddenBiases: readonly Float32Array[];
  readonly peepholes: readonly Float32Array[] | undefined;
}

interface Kind {
  readonly activations: readonly string[];
  readonly gates: number;
  readonly cell: (
    node: OnnxNode,
    part: string,
    sequence: Sequence<Operand>,
    source: DirectionSource,
  ) => Cell<Operand>;
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

function extentOf(node: OnnxNode, { gates }: Kind, directions: number, isBatchFirst: boolean): Extent {
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
    throw inputError('onnx-shape', `its weights have shape ${formatShape(recurrence)} for ${gates} gates.`);
  }
  return { steps, batch, depth: shape[2], units, directions };
}

function refuseShortSequences(node: OnnxNode, { steps }: Extent): void {
  const lengths = node.numbers(INPUT.lengths, 'sequence_lens');
  if (lengths === undefined || lengths.every((length) => length === steps)) return;
  throw unsupportedError(
    'sequence-lengths',
    `its sequences have ${lengths.join(', ')} of ${steps} steps.`,
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
function sourceOf(node: OnnxNode, kind: Kind, extent: Extent, direction: number) {
  const { directions, units, depth } = extent;
  const rows = kind.gates * units;
  const find = (position: number, shape: Shape, what: string) => {
    const data = knownFloats(node, position, [directions, ...shape], what);
    return data && piece(data, direction, directions);
  };
  const input = find(INPUT.weights, [rows, depth], 'weights') ?? new Float32Array(rows * depth);
  const hidden = find(INPUT.recurrence, [rows, units], 'recurrent weights') ?? new Float32Array(rows * units);
  const biases = find(INPUT.bias, [2 * rows], 'biases') ?? new Float32Array(2 * rows);
  const ofGate = (data: Float32Array, gate: number) => piece(data, gate, kind.gates);
  const [inputBias, hiddenBias] = [piece(biases, 0, 2), piece(biases, 1, 2)];
  const indices = Array.from({ length: kind.gates }, (_, gate) => gate);
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
function initialStates(
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

/** Of every direction on an axis: [steps, directions, batch, units], or without the steps. */
function stackedDirections(
  node: OnnxNode,
  part: string,
  axis: number,
  each: readonly Operand[],
  shape: Shape,
): Operand {
  const wide = each.map((one, index) => node.reshape(`${part}/${index}`, one, shape.with(axis, 1)));
  return joined(node, part, axis, wide);
}

function recurrent(kind: Kind): LowerOnnx {
  return (node) => {
    const mode = node.text('direction', 'forward');
    if (!['forward', 'reverse', 'bidirectional'].includes(mode))
      throw refuseAttribute('direction', `is "${mode}"`);
    const isBatchFirst = node.integer('layout', 0) === 1;
    const directions = mode === 'bidirectional' ? 2 : 1;
    const extent = extentOf(node, kind, directions, isBatchFirst);
    const { steps, batch, depth, units } = extent;
    refuseShortSequences(node, extent);
    const input = isBatchFirst ? node.transpose('time_first', node.input(0), [1, 0, 2]) : node.input(0);
    const sequence = { rows: node.reshape('rows', input, [steps * batch, depth]), steps };
    const activations = recurrentActivations(node, kind.activations, directions);
    const before = initialStates(node, extent, isBatchFirst);
    const made = Array.from({ length: directions }, (_, direction) => {
      const isReversed = mode === 'reverse' || direction === 1;
      const part = isReversed ? 'reverse' : 'forward';
      const perDirection = kind.activations.length;
      const source = {
        ...sourceOf(node, kind, extent, direction),
        extent,
        clip: node.float('clip', Infinity),
        activations: activations.slice(direction * perDirection, (direction + 1) * perDirection),
        peepholes: peepholesOf(node, extent, direction),
      };
      const cell = kind.cell(node, part, sequence, source);
      const { outputs, last } = unrolled(cell, part, steps, isReversed, before[direction]);
      const inTime = isReversed ? outputs.toReversed() : outputs;
      return { all: joined(node, `${part}/outputs`, 0, inTime), last };
    });
    const every = stackedDirections(
      node,
      'Y',
      1,
      made.map(({ all }) => all),
      [steps, directions, batch, units],
    );
    const ends = [
      stackedDirections(
        node,
        'Y_h',
        0,
        made.map(({ last }) => last.hidden),
        [directions, batch, units],
      ),
      ...(made[0].last.cell === undefined
        ? []
        : [
            stackedDirections(
              node,
              'Y_c',
              0,
              made.flatMap(({ last }) => last.cell ?? []),
              [directions, batch, units],
            ),
          ]),
    ];
    if (!isBatchFirst) return [every, ...ends];
    return [
      node.transpose('Y/batch_first', every, [2, 0, 1, 3]),
      ...ends.map((end, index) => node.transpose(`ends_${index}/batch_first`, end, [1, 0, 2])),
    ];
  };
}

/** Of LSTM alone: three lists of [units], or undefined where they are left out or zero. */
function peepholesOf(
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

const lstm: Kind = {
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  gates: 4,
  cell(node, part, sequence, { extent, clip, activations, gates, peepholes }) {
    if (node.integer('input_forget', 0) !== 0) {
      throw refuseAttribute('input_forget', 'couples two gates', 'Export the model with "input_forget" 0.');
    }
    const [inputGate, outputGate, forgetGate, cellGate] = gates;
    const [recurrentActivation, activation, outputActivation] = activations;
    const functions = { recurrentActivation, activation, outputActivation, clip };
    const weights = { inputGate, outputGate, forgetGate, cellGate };
    const [input, output, forget] = peepholes ?? [];
    return lstmCell<Operand>(node, part, sequence, {
      ...extent,
      ...weights,
      ...functions,
      ...(peepholes === undefined ? {} : { peepholes: { input, output, forget } }),
    });
  },
};

const gru: Kind = {
  activations: ['Sigmoid', 'Tanh'],
  gates: 3,
  cell(node, part, sequence, { extent, clip, activations, gates, inputBiases, hiddenBiases }) {
    const [updateGate, resetGate, candidate] = gates;
    const [recurrentActivation, activation] = activations;
    const common = { ...extent, updateGate, resetGate, recurrentActivation, activation, clip };
    if (node.integer('linear_before_reset', 0) === 0) {
      return gruCell<Operand>(node, part, sequence, { ...common, candidate });
    }
    const [bias, hiddenBias] = [inputBiases[2], hiddenBiases[2]];
    return gruCell<Operand>(node, part, sequence, {
      ...common,
      candidate: { ...candidate, bias },
      hiddenBias,
    });
  },
};

const rnn: Kind = {
  activations: ['Tanh'],
  gates: 1,
  cell: (node, part, sequence, { extent, clip, activations: [activation], gates: [weights] }) =>
    simpleRnnCell<Operand>(node, part, sequence, { ...extent, weights, activation, clip }),
};

export const RECURRENT: OnnxOperators = {
  GRU: recurrent(gru),
  LSTM: recurrent(lstm),
  RNN: recurrent(rnn),
};
