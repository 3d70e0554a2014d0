/** Operators that only move elements, softmax, and the table of where moved elements come from. */

import { elementCount, type TensorData, type TensorType } from '../../../core/tensor.ts';
import { computeOnce, kernelOf } from '../../../ops/kernel-of.ts';
import type { AnyKernel } from '../../../ops/op.ts';
import { samplesOf } from '../../compiled/run.ts';
import type { Slot } from '../../compiled/step-plan.ts';
import type { Operand, OperatorContext } from './operator.ts';

/** One operand's elements in an output: element `to[i]` of the output is element `from[i]` of the operand. */
interface Moved {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/**
 * The operator's own kernel on the numbers of the elements tells where each goes; 0 is padding, whatever pads. float32
 * counts to 2^24.
 */
function sources({ node, operands, outputShapes }: OperatorContext): readonly Float32Array[] {
  const floats = (shape: TensorType['shape']): TensorType => ({ dtype: 'float32', shape });
  let next = 1;
  const numbered = operands.map((operand): { type: TensorType; data: TensorData } | undefined => {
    if (operand === undefined) return undefined;
    const { shape } = operand;
    if ('data' in operand && !(operand.data instanceof Float32Array)) {
      return { type: { dtype: 'int32', shape }, data: operand.data };
    }
    const data = Float32Array.from({ length: elementCount(shape) }, () => next++);
    return { type: floats(shape), data };
  });
  return computeOnce(
    kernelOf(node.kind, 'float32') as AnyKernel,
    node.attributes,
    numbered.map((operand) => operand?.type),
    outputShapes.map(floats),
    numbered.map((operand) => operand?.data),
  ) as readonly Float32Array[];
}

/** The part of a table that is one operand's: its numbers are `first` to `first + count`. */
function movedOf(numbers: Float32Array, first: number, count: number): Moved {
  const to = Int32Array.from(numbers.keys()).filter((i) => numbers[i] >= first && numbers[i] < first + count);
  return { to, from: to.map((i) => numbers[i] - first) };
}

function moveSlot({ plan }: OperatorContext, input: Slot, output: Slot, { from, to }: Moved): void {
  plan.forward.addBySample((run, first, end) => {
    const [x, y] = [input, output].map(({ address, size }) => samplesOf(run, address, size, first, end));
    for (let row = 0; row < end - first; row++) {
      for (let i = 0; i < to.length; i++) y[row * output.size + to[i]] = x[row * input.size + from[i]];
    }
  });
}

function returnGradient({ plan }: OperatorContext, input: Slot, output: Slot, { from, to }: Moved): void {
  const [dy, dx] = [output.gradient, input.gradient];
  if (dy === undefined || dx === undefined) return;
  plan.backward.addBySample((run, first, end) => {
    const own = samplesOf(run, dx, input.size, first, end);
    const its = samplesOf(run, dy, output.size, first, end);
    for (let row = 0; row < end - first; row++) {
      for (let i = 0; i < to.length; i++) own[row * input.size + from[i]] += its[row * output.size + to[i]];
    }
  });
}

/** A constant operand's elements, once and for all rows. */
function placeConstant(
  { plan }: OperatorContext,
  data: Float32Array,
  output: Slot,
  { from, to }: Moved,
): void {
  plan.forward.addBySample((run, first, end) => {
    const y = samplesOf(run, output.address, output.size, first, end);
    for (let row = 0; row < end - first; row++) {
      for (let i = 0; i < to.length; i++) y[row * output.size + to[i]] = data[from[i]];
    }
  });
}

function moveOperand(
  context: OperatorContext,
  operand: Operand,
  outputs: readonly Slot[],
  moves: readonly Moved[],
): void {
  for (const [index, moved] of moves.entries()) {
    if ('data' in operand) placeConstant(context, operand.data as Float32Array, outputs[index], moved);
    else moveSlot(context, operand.slot, outputs[index], moved);
  }
  if ('data' in operand) return;
  const { slot } = operand;
  for (const [index, moved] of moves.entries()) returnGradient(context, slot, outputs[index], moved);
  const { gradient, size } = slot;
  if (gradient === undefined) return;
  // Steps run backward: the sums begin at 0.
  context.plan.backward.addBySample((run, first, end) => {
    samplesOf(run, gradient, size, first, end).fill(0);
  });
}

function isMoved(operand: Operand | undefined): operand is Operand {
  return operand !== undefined && (!('data' in operand) || operand.data instanceof Float32Array);
}

export function compileMovement(_: unknown, context: OperatorContext): readonly Slot[] {
  const { plan, outputShapes, learns, operands } = context;
  const numbers = sources(context);
  const outputs = outputShapes.map((shape) => plan.slot(shape, learns));
  let first = 1;
  for (const operand of operands.filter(isMoved)) {
    const count = elementCount(operand.shape);
    const start = first;
    first += count;
    moveOperand(
      context,
      operand,
      outputs,
      numbers.map((table) => movedOf(table, start, count)),
    );
  }
  return outputs.map((output) => context.finish(output));
}
