/** A whole layer of LSTM as the one operator that TFLM has for it. */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import { within } from '../functions.ts';
import type { NodeWriter } from '../node-writer.ts';
import type { CellSize, GateWeights } from './gates.ts';

/** The gates have sigmoids, the candidate and the cell state on its way out tanh; nothing is clipped. */
export interface LstmLayer extends CellSize {
  readonly inputGate: GateWeights;
  readonly forgetGate: GateWeights;
  readonly cellGate: GateWeights;
  readonly outputGate: GateWeights;
  /** The states go on from one inference to the next; else every inference begins with zeros. */
  readonly isStateful: boolean;
}

/** Vectors over time: [batch, steps, depth], or with the steps first. */
export interface TimeSeries<Tensor> {
  readonly tensor: Tensor;
  readonly timeMajor: boolean;
}

/** The axis of time. */
export function timeAxis({ timeMajor }: Pick<TimeSeries<unknown>, 'timeMajor'>): number {
  return timeMajor ? 0 : 1;
}

/** The same from the last step to the first. */
export function reversed<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  series: TimeSeries<Tensor>,
): TimeSeries<Tensor> {
  const tensor = writer.add('reverse_v2', part, { axes: [timeAxis(series)] }, [series.tensor]);
  return { ...series, tensor };
}

/** [batch, depth] of the last step. */
export function lastStep<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  series: TimeSeries<Tensor>,
): Tensor {
  return stepAt(writer, part, series, writer.shapeOf(series.tensor)[timeAxis(series)] - 1);
}

/** [batch, depth] of a step, counted from 0. */
export function stepAt<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  series: TimeSeries<Tensor>,
  step: number,
): Tensor {
  const axis = timeAxis(series);
  const shape = writer.shapeOf(series.tensor);
  const mask = 1 << axis;
  const others = 0b111 & ~mask;
  const attributes = {
    begin: [0, 0, 0].with(axis, step),
    end: shape.with(axis, step + 1),
    strides: [1, 1, 1],
    beginMask: others,
    endMask: others,
    shrinkAxisMask: mask,
  };
  return writer.add('strided_slice', part, attributes, [series.tensor]);
}

/** A state, and unless it goes on, what makes it zero in front of the layer. */
function stateOf<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  shape: Shape,
  isStateful: boolean,
): Tensor {
  const state = writer.state(part, shape);
  if (!isStateful) {
    const zeros = writer.constant(within(part, 'zeros'), shape, new Float32Array(elementCount(shape)));
    writer.add('assign_variable', within(part, 'begin'), {}, [state, zeros]);
  }
  return state;
}

/** The hidden states of all steps, in the order of the input. */
export function fusedLstm<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  { tensor, timeMajor }: TimeSeries<Tensor>,
  layer: LstmLayer,
): TimeSeries<Tensor> {
  const { depth, units, isStateful } = layer;
  const shape = writer.shapeOf(tensor);
  const stateShape = [timeMajor ? shape[1] : shape[0], units];
  const gates = (['inputGate', 'forgetGate', 'cellGate', 'outputGate'] as const).map(
    (name) => [name, layer[name]] as const,
  );
  const constants = (what: keyof GateWeights, of: Shape) =>
    gates.map(([name, gate]) => writer.constant(within(part, `${name}/${what}`), of, gate[what]));
  const operands = [
    tensor,
    ...constants('input', [units, depth]),
    ...constants('hidden', [units, units]),
    ...constants('bias', [units]),
    stateOf(writer, within(part, 'hidden_state'), stateShape, isStateful),
    stateOf(writer, within(part, 'cell_state'), stateShape, isStateful),
  ];
  return {
    tensor: writer.add('unidirectional_sequence_lstm', part, { cellClip: 0, timeMajor }, operands),
    timeMajor,
  };
}
