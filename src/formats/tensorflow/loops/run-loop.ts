/**
 * Loops whose steps constants decide: unrolled, or one layer where their values are those of an LSTM. Of the network of one time step
 * a loop takes one, and what it hands on from step to step is kept from one inference to the next.
 */

import { given } from '../../../core/given.ts';
import { type Computed, isKnown, type Known, type Operand } from '../../lowering/graph-writer.ts';
import { keptVariable } from '../../lowering/recurrent/step/kept-state.ts';
import type { Lowering } from '../lowering.ts';
import type { NodeProto } from '../messages.ts';
import { TensorFlowNode } from '../node.ts';
import { isOperand, type Value } from '../values.ts';
import { type Loop, unrolled } from './control-flow.ts';
import { lstmLoop } from './lstm-loop.ts';

/** What a cell begins with: [batch, units] of zeros. */
function isBeginning(value: Value): value is Known {
  return (
    isOperand(value) &&
    isKnown(value) &&
    value.type.dtype === 'float32' &&
    value.type.shape.length === 2 &&
    value.data.every((element: number | bigint) => element === 0)
  );
}

function isComputed(value: Value | undefined): value is Computed {
  return isOperand(value) && !isKnown(value);
}

/** Positions of what begins with zeros and is handed on from step to step. */
function handedOn(entered: readonly Value[], left: readonly Value[]): readonly number[] {
  return [...entered.keys()].filter((at) => isBeginning(entered[at]) && isComputed(left[at]));
}

function oneStep(
  node: NodeProto,
  entered: readonly Value[],
  loop: Loop,
  lowering: Lowering,
): readonly Value[] {
  const writer = new TensorFlowNode(node, [], lowering);
  const kept = handedOn(entered, loop.step(entered)).map((at, index, { length }) => {
    const { shape } = (entered[at] as Known).type;
    const name = length === 1 ? 'hidden_state' : `state_${index}`;
    return { at, ...keptVariable<Operand>(writer, name, shape) };
  });
  const before = kept.map(({ at, before: read }) => [at, read] as const);
  const begun = before.reduce<readonly Value[]>((values, [at, read]) => values.with(at, read), entered);
  const left = loop.step(begun);
  const around = given({ around: loop.around });
  const layer = lstmLoop(writer, { ...around, entered: begun, left, states: new Map(before) }, lowering);
  if (layer !== undefined) return layer;
  for (const { at, keep } of kept) if (isComputed(left[at])) keep(left[at]);
  return left;
}

/** The values with which a loop ends; errors name `node`. */
export function runLoop(
  node: NodeProto,
  entered: readonly Value[],
  loop: Loop,
  lowering: Lowering,
): readonly Value[] {
  if (lowering.steps !== undefined) return oneStep(node, entered, loop, lowering);
  const left = unrolled(node, entered, loop);
  const writer = new TensorFlowNode(node, [], lowering);
  const begun = handedOn(entered, left).map((at) => [at, undefined] as const);
  const around = given({ around: loop.around });
  return lstmLoop(writer, { ...around, entered, left, states: new Map(begun) }, lowering) ?? left;
}
