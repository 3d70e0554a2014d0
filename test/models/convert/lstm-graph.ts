/** Layers of LSTM with weights from a seed, as importers make them. */

import { createRandom } from '../../../src/core/random.ts';
import type { Shape, TensorType } from '../../../src/core/tensor.ts';
import type { NodeWriter } from '../../../src/formats/lowering/node-writer.ts';
import {
  fusedLstm,
  lastStep,
  reversed,
  type TimeSeries,
} from '../../../src/formats/lowering/recurrent/fused-lstm.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';

export interface LstmOptions {
  readonly steps: number;
  readonly depth?: number;
  readonly units?: number;
  readonly batch?: number;
  readonly timeMajor?: boolean;
  /** From the last step to the first. */
  readonly isReversed?: boolean;
  readonly gives?: 'sequence' | 'turned' | 'last';
  readonly isStateful?: boolean;
  /** Of all weights: with large ones the cell state grows. */
  readonly bias?: number;
}

const float = (shape: Shape): TensorType => ({ dtype: 'float32', shape });

function writerOf(builder: GraphBuilder): NodeWriter<ValueId> {
  const nameOf = (part: string) => (part === '' ? 'lstm' : `lstm/${part}`);
  return {
    add: (kind, part, attributes, operands) => builder.add(kind, nameOf(part), attributes, operands),
    addMany: (kind, part, attributes, operands) => builder.addMany(kind, nameOf(part), attributes, operands),
    constant: (part, shape, data) => builder.constant(nameOf(part), float(shape), data),
    state: (part, shape) => builder.state(nameOf(part), float(shape)),
    shapeOf: (id) => builder.typeOf(id).shape,
  };
}

function ending(
  writer: NodeWriter<ValueId>,
  made: TimeSeries<ValueId>,
  gives: LstmOptions['gives'],
): ValueId {
  if (gives === 'last') return lastStep(writer, 'last', made);
  return gives === 'turned' ? reversed(writer, 'turned', made).tensor : made.tensor;
}

export function lstmGraph(options: LstmOptions): Graph {
  const { steps, depth = 3, units = 4, batch = 1, timeMajor = false, isReversed = false } = options;
  const { gives = 'sequence', isStateful = false, bias = 0.3 } = options;
  const random = createRandom(7, 'lstm');
  const floats = (count: number, most: number) =>
    Float32Array.from({ length: count }, () => (random.uniform() * 2 - 1) * most);
  const builder = new GraphBuilder();
  const input = builder.input('input', float(timeMajor ? [steps, batch, depth] : [batch, steps, depth]));
  const writer = writerOf(builder);
  const gate = () => ({
    input: floats(units * depth, 1),
    hidden: floats(units * units, 0.8),
    bias: floats(units, 0.3).map((value) => value + bias),
  });
  const series = { tensor: input, timeMajor };
  const made = fusedLstm(writer, '', isReversed ? reversed(writer, 'reversed', series) : series, {
    depth,
    units,
    inputGate: gate(),
    forgetGate: gate(),
    cellGate: gate(),
    outputGate: gate(),
    isStateful,
  });
  return builder.build([ending(writer, made, gives)]);
}
