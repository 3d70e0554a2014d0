/** LSTM, GRU and RNN: an operator where TFLM has it, else unrolled over their steps. */

import type { Shape } from '../../../core/tensor.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import { type Cell, type CellState, unrolled } from '../../lowering/recurrent/cell.ts';
import { fusedLstm, lastStep, reversed, type TimeSeries } from '../../lowering/recurrent/fused-lstm.ts';
import { gruCell } from '../../lowering/recurrent/gru.ts';
import { lstmCell } from '../../lowering/recurrent/lstm.ts';
import { joined, type Sequence } from '../../lowering/recurrent/sequence.ts';
import { simpleRnnCell } from '../../lowering/recurrent/simple-rnn.ts';
import { keptState } from '../../lowering/recurrent/step/kept-state.ts';
import { noStepForm, timeElsewhere } from '../../lowering/recurrent/step/no-step-form.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { hasActivations, recurrentActivations } from './recurrent-activations.ts';
import {
  type DirectionSource,
  type Extent,
  extentOf,
  initialStates,
  peepholesOf,
  refuseShortSequences,
  sourceOf,
} from './recurrent-source.ts';

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

/** What one direction gives. */
interface Direction {
  /** The hidden states of all steps, in time: elements of [steps, batch, units]. */
  readonly all: Operand;
  readonly last: CellState<Operand>;
}

/** Whether TFLM has an operator that computes all of the node that anything reads. */
function isLstmOperator(
  node: OnnxNode,
  kind: Kind,
  { directions }: Extent,
  before: readonly (CellState<Operand> | undefined)[],
): boolean {
  return (
    kind === lstm &&
    hasActivations(node, kind.activations, directions) &&
    node.float('clip', Infinity) === Infinity &&
    node.integer('input_forget', 0) === 0 &&
    before.every((state) => state === undefined) &&
    !node.isRead(CELL_OUTPUT)
  );
}

/** Y, Y_h, Y_c. */
const CELL_OUTPUT = 2;

function asOperator(
  node: OnnxNode,
  part: string,
  input: Operand,
  { extent, gates }: DirectionSource,
  isReversed: boolean,
): Direction {
  const { steps, batch, depth } = extent;
  const [inputGate, outputGate, forgetGate, cellGate] = gates;
  // Where there is one sequence, either order is right, and networks in front have the batch first.
  const timeMajor = batch > 1;
  const tensor = timeMajor ? input : node.reshape(`${part}/batch_first`, input, [batch, steps, depth]);
  const turned = (of: string, series: TimeSeries<Operand>): TimeSeries<Operand> =>
    isReversed ? reversed(node, `${part}/${of}`, series) : series;
  const layer = {
    ...extent,
    inputGate,
    forgetGate,
    cellGate,
    outputGate,
    isStateful: node.steps !== undefined,
  };
  const made = fusedLstm(node, part, turned('from_last', { tensor, timeMajor }), layer);
  const last = lastStep(node, `${part}/last`, made);
  return { all: turned('in_time', made).tensor, last: { hidden: last } };
}

function asSteps(
  node: OnnxNode,
  kind: Kind,
  part: string,
  input: Operand,
  source: DirectionSource,
  { isReversed, before }: { readonly isReversed: boolean; readonly before: CellState<Operand> | undefined },
): Direction {
  const { steps, batch, depth } = source.extent;
  const sequence = { rows: node.reshape('rows', input, [steps * batch, depth]), steps };
  const cell = kind.cell(node, part, sequence, source);
  const kept =
    node.steps !== undefined
      ? keptState<Operand>(node, part, [batch, source.extent.units], kind === lstm)
      : undefined;
  const { outputs, last } = unrolled(cell, part, steps, isReversed, kept?.before ?? before);
  kept?.keep(last);
  return { all: joined(node, `${part}/outputs`, 0, isReversed ? outputs.toReversed() : outputs), last };
}

/** What takes one step behind the other, from states of zero on. */
function requireStep(mode: string, steps: number, before: readonly (CellState<Operand> | undefined)[]): void {
  if (mode === 'reverse') throw noStepForm('it begins with the last step');
  if (mode === 'bidirectional') throw noStepForm('one of its directions begins with the last step');
  if (before.some((state) => state !== undefined)) throw noStepForm('it begins with other states than zeros');
  if (steps !== 1) throw timeElsewhere(steps);
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
    const extent = extentOf(node, kind.gates, directions, isBatchFirst);
    const { steps, batch, units } = extent;
    refuseShortSequences(node, extent);
    const input = isBatchFirst ? node.transpose('time_first', node.input(0), [1, 0, 2]) : node.input(0);
    const before = initialStates(node, extent, isBatchFirst);
    if (node.steps !== undefined) requireStep(mode, steps, before);
    const peepholes = Array.from({ length: directions }, (_, at) => peepholesOf(node, extent, at));
    const isOperator =
      isLstmOperator(node, kind, extent, before) && peepholes.every((own) => own === undefined);
    const activations = recurrentActivations(node, kind.activations, directions);
    const made = Array.from({ length: directions }, (_, direction): Direction => {
      const isReversed = mode === 'reverse' || direction === 1;
      const part = isReversed ? 'reverse' : 'forward';
      const perDirection = kind.activations.length;
      const source = {
        ...sourceOf(node, kind.gates, extent, direction),
        extent,
        clip: node.float('clip', Infinity),
        activations: activations.slice(direction * perDirection, (direction + 1) * perDirection),
        peepholes: peepholes[direction],
      };
      return isOperator
        ? asOperator(node, part, input, source, isReversed)
        : asSteps(node, kind, part, input, source, { isReversed, before: before[direction] });
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
