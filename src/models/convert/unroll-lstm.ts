/**
 * LSTM operators step by step: fully connected layers, sigmoids, products. It takes more bytes and more memory, and every library
 * computes the same of it.
 */

import { sameShape } from '../../core/tensor.ts';
import type { NodeWriter } from '../../formats/lowering/node-writer.ts';
import { type Activate, unrolled } from '../../formats/lowering/recurrent/cell.ts';
import type { GateWeights } from '../../formats/lowering/recurrent/gates.ts';
import { lstmCell } from '../../formats/lowering/recurrent/lstm.ts';
import { joined } from '../../formats/lowering/recurrent/sequence.ts';
import { RewriteWriter } from '../../formats/lowering/rewrite-writer.ts';
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import {
  BIASES,
  CELL,
  CELL_GATE,
  FORGET_GATE,
  HIDDEN,
  HIDDEN_WEIGHTS,
  INPUT_GATE,
  INPUT_WEIGHTS,
  OUTPUT_GATE,
} from '../../kernels/recurrent/lstm-shape.ts';
import type { Pass } from '../../passes/pass.ts';

type LstmNode = NodeOf<'unidirectional_sequence_lstm'>;

const sigmoid: Activate<ValueId> = (writer, part, input) => writer.add('logistic', part, {}, [input]);
const tanh: Activate<ValueId> = (writer, part, input) => writer.add('tanh', part, {}, [input]);

/**
 * What the states are in front of the node: zeros, where an assignment of these comes before it and no other one, or what the
 * inference before has left, where nothing else changes or reads them.
 */
type Beginning = 'zeros' | 'kept';

function beginningOf(rewrite: Rewrite, node: LstmNode): Beginning | undefined {
  const [hidden, cell] = [HIDDEN, CELL].map((position) => {
    const others = rewrite.consumers(node.inputs[position] as ValueId).filter((reader) => reader !== node);
    if (others.length === 0) return 'kept';
    const [{ kind, inputs }] = others;
    const isZeroed =
      others.length === 1 &&
      kind === 'assign_variable' &&
      rewrite.floats(inputs[1])?.every((value) => value === 0) === true;
    return isZeroed ? 'zeros' : undefined;
  });
  return hidden === cell ? hidden : undefined;
}

function gateOf(rewrite: Rewrite, { inputs }: LstmNode, gate: number): GateWeights | undefined {
  const [input, hidden, bias] = [INPUT_WEIGHTS, HIDDEN_WEIGHTS, BIASES].map((first) =>
    rewrite.floats(inputs[first + gate]),
  );
  return input && hidden && bias && { input, hidden, bias };
}

/** The axis of time of what goes in and comes out. */
function timeAxis({ attributes }: LstmNode): number {
  return attributes.timeMajor ? 0 : 1;
}

function turnsTime(node: Node | undefined, axis: number): node is NodeOf<'reverse_v2'> {
  return node?.kind === 'reverse_v2' && node.attributes.axes.join() === `${axis}`;
}

/** Which step a slice takes and nothing else of its operand; undefined where it takes more, or less of a step. */
function stepOf(rewrite: Rewrite, node: Node, axis: number): number | undefined {
  if (node.kind !== 'strided_slice') return undefined;
  const { begin, beginMask, endMask, shrinkAxisMask } = node.attributes;
  const { shape } = rewrite.type(node.inputs[0] as ValueId);
  const others = 0b111 & ~(1 << axis);
  if (shrinkAxisMask !== 1 << axis || beginMask !== others || endMask !== others) return undefined;
  return begin[axis] < 0 ? begin[axis] + shape[axis] : begin[axis];
}

/** The vectors of all steps in the shape of the node's output. */
function sequenceOf(
  writer: NodeWriter<ValueId>,
  part: string,
  outputs: readonly ValueId[],
  { timeMajor, batch }: { readonly timeMajor: boolean; readonly batch: number },
): ValueId {
  const rows = joined(writer, part, 0, outputs);
  const [steps, units] = [outputs.length, writer.shapeOf(rows)[1]];
  const shape = batch === 1 && !timeMajor ? [1, steps, units] : [steps, batch, units];
  const inTime = writer.add('reshape', part === '' ? 'sequence' : `${part}/sequence`, { newShape: shape }, [
    rows,
  ]);
  return batch === 1 || timeMajor
    ? inTime
    : writer.add('transpose', 'batch_first', { permutation: [1, 0, 2] }, [inTime]);
}

interface Gates {
  readonly inputGate: GateWeights;
  readonly forgetGate: GateWeights;
  readonly cellGate: GateWeights;
  readonly outputGate: GateWeights;
}

/** The gates of a node that can be computed step by step. */
function gatesOf(rewrite: Rewrite, node: LstmNode): Gates | undefined {
  const gates = [INPUT_GATE, FORGET_GATE, CELL_GATE, OUTPUT_GATE].map((gate) => gateOf(rewrite, node, gate));
  const [inputGate, forgetGate, cellGate, outputGate] = gates;
  if (!inputGate || !forgetGate || !cellGate || !outputGate) return undefined;
  if (node.attributes.cellClip !== 0 || beginningOf(rewrite, node) === undefined) return undefined;
  return { inputGate, forgetGate, cellGate, outputGate };
}

/** The node in its steps; what only takes one of them, or takes them from the last on, is no operator any more. */
function unrollNode(rewrite: Rewrite, node: LstmNode): void {
  const gates = gatesOf(rewrite, node);
  if (gates === undefined) return;
  const axis = timeAxis(node);
  const before = rewrite.producer(node.inputs[0] as ValueId);
  const isReversed = turnsTime(before, axis);
  const input = (isReversed ? before.inputs[0] : node.inputs[0]) as ValueId;
  const { timeMajor } = node.attributes;
  const { shape } = rewrite.type(input);
  const [batch, steps] = timeMajor ? [shape[1], shape[0]] : [shape[0], shape[1]];
  const size = { depth: shape[2], units: rewrite.type(node.outputs[0]).shape[2] };

  const writer = new RewriteWriter(rewrite, node.name);
  const inTime =
    batch === 1 || timeMajor
      ? input
      : writer.add('transpose', 'time_first', { permutation: [1, 0, 2] }, [input]);
  const rowShape = [steps * batch, size.depth];
  const rows = sameShape(writer.shapeOf(inTime), rowShape)
    ? inTime
    : writer.add('reshape', 'rows', { newShape: rowShape }, [inTime]);
  const cell = lstmCell<ValueId>(
    writer,
    '',
    { rows, steps },
    {
      ...size,
      ...gates,
      recurrentActivation: sigmoid,
      activation: tanh,
      outputActivation: tanh,
      clip: Infinity,
    },
  );
  const [hidden, remembered] = [node.inputs[HIDDEN], node.inputs[CELL]] as [ValueId, ValueId];
  const isKept = beginningOf(rewrite, node) === 'kept';
  const read = (part: string, state: ValueId): ValueId => writer.add('read_variable', part, {}, [state]);
  const begun = isKept
    ? { hidden: read('hidden_state/read', hidden), cell: read('cell_state/read', remembered) }
    : undefined;
  const { outputs, last } = unrolled(cell, '', steps, isReversed, begun);
  if (isKept) {
    writer.add('assign_variable', 'hidden_state/keep', {}, [hidden, last.hidden]);
    writer.add('assign_variable', 'cell_state/keep', {}, [remembered, last.cell]);
  }
  const form = { timeMajor, batch };
  const consumers = rewrite.consumers(node.outputs[0]);
  const turned = consumers.filter((consumer) => turnsTime(consumer, axis));
  const turnedId =
    turned.length === 0 ? undefined : sequenceOf(writer, 'in_time', outputs.toReversed(), form);
  sequenceOf(writer, 'outputs', outputs, form);
  const [end, ...others] = writer.nodes.toReversed();
  rewrite.replace(node, ...others.toReversed(), nodeWith(end, { outputs: node.outputs }));
  for (const consumer of consumers) {
    const step = stepOf(rewrite, consumer, axis);
    if (step !== undefined) rewrite.bypass(consumer, outputs[step]);
    else if (turnedId !== undefined && turnsTime(consumer, axis)) rewrite.bypass(consumer, turnedId);
  }
}

function isFloatLstm(rewrite: Rewrite, node: Node): node is LstmNode {
  return node.kind === 'unidirectional_sequence_lstm' && rewrite.type(node.outputs[0]).dtype === 'float32';
}

/** How the operators begin that `unrollLstm` takes apart. */
function beginnings(graph: Graph): readonly (Beginning | undefined)[] {
  const rewrite = new Rewrite(graph);
  return graph.nodes.flatMap((node) =>
    isFloatLstm(rewrite, node) && gatesOf(rewrite, node) !== undefined ? [beginningOf(rewrite, node)] : [],
  );
}

/** Whether a graph has an operator that `unrollLstm` takes apart. */
export function canUnroll(graph: Graph): boolean {
  return beginnings(graph).length > 0;
}

/** Whether one of these keeps its states, which are variables that others read and assign once it is unrolled. */
export function unrollsIntoVariables(graph: Graph): boolean {
  return beginnings(graph).includes('kept');
}

/** Layers that clip their cell state or have computed weights stay operators; stateful ones read and assign their states. */
export const unrollLstm: Pass = {
  name: 'unroll-lstm',
  run(graph) {
    const rewrite = new Rewrite(graph);
    for (const node of graph.nodes) {
      // What stands behind others reads other values by now.
      const current = rewrite.producer(node.outputs[0]);
      if (current !== undefined && isFloatLstm(rewrite, current)) unrollNode(rewrite, current);
    }
    return rewrite.graph();
  },
};
