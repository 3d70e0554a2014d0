/** Loops of Enter, Merge, Switch, NextIteration and Exit, the first control flow of TensorFlow. */

import { inputError } from '../../../core/errors.ts';
import { type Nodes, plainOperator, titleOf } from '../graph-nodes.ts';
import type { Lowering } from '../lowering.ts';
import type { NodeProto } from '../messages.ts';
import { nodeOf } from '../references.ts';
import type { Value } from '../values.ts';
import type { Loop } from './control-flow.ts';
import { runLoop } from './run-loop.ts';

/** What an Exit gives: the value of a Merge behind the last step of the loop with this condition. */
export interface Left {
  readonly condition: string;
  readonly merged: string;
}

export function leftBy(exit: NodeProto, nodes: Nodes): Left {
  const chosen = nodes.get(nodeOf(exit.inputs[0] ?? ''));
  const condition = chosen && nodeOf(chosen.inputs[1] ?? '');
  if (chosen === undefined || condition === undefined || plainOperator(chosen.operator) !== 'Switch') {
    throw inputError('tensorflow-loop', `${titleOf(exit)} leaves no loop.`);
  }
  return { condition, merged: nodeOf(chosen.inputs[0] ?? '') };
}

/** Nodes that merge what enters the loop with what its last step made. */
export function mergesOf(condition: string, nodes: Nodes): readonly NodeProto[] {
  return [...nodes.values()]
    .filter(
      ({ operator, inputs }) => plainOperator(operator) === 'Switch' && nodeOf(inputs[1] ?? '') === condition,
    )
    .flatMap(({ inputs }) => nodes.get(nodeOf(inputs[0] ?? '')) ?? []);
}

/** Where values come from: around a loop, or in one step of it. */
export interface ValueSource {
  value(text: string): Value;
}

export interface Frame {
  readonly nodes: Nodes;
  readonly condition: string;
  readonly merges: readonly NodeProto[];
  readonly outside: ValueSource;
  /** A step with these values of the merges. */
  stepOf(state: readonly Value[]): ValueSource;
}

/** Nodes by which constants of a loop enter it, whose state enters by others. */
function enteredBeside(nodes: Nodes, state: ReadonlySet<string>): readonly NodeProto[] {
  const frameOf = ({ attributes }: NodeProto): string =>
    `${attributes.find(({ key }) => key === 'frame_name')?.value?.text}`;
  const frames = new Set([...state].flatMap((name) => nodes.get(name) ?? []).map(frameOf));
  return [...nodes.values()].filter(
    (node) => plainOperator(node.operator) === 'Enter' && !state.has(node.name) && frames.has(frameOf(node)),
  );
}

/** What the merges are behind the last step. */
export function runFrame(
  { nodes, condition, merges, outside, stepOf }: Frame,
  lowering: Lowering,
): readonly Value[] {
  const from = (merge: NodeProto, wanted: string): string => {
    const found = merge.inputs.find(
      (text) => plainOperator(nodes.get(nodeOf(text))?.operator ?? '') === wanted,
    );
    if (found !== undefined) return nodeOf(found);
    throw inputError('tensorflow-loop', `${titleOf(merge)} reads no ${wanted}.`);
  };
  const entered = merges.map((merge) => outside.value(nodes.get(from(merge, 'Enter'))?.inputs[0] ?? ''));
  const entering = new Set(merges.map((merge) => from(merge, 'Enter')));
  let checked: ValueSource | undefined;
  const loop: Loop = {
    around: () => enteredBeside(nodes, entering).map(({ inputs: [text = ''] }) => outside.value(text)),
    goesOn: (state) => {
      checked = stepOf(state);
      return checked.value(condition);
    },
    step: (state) => {
      const step = checked ?? stepOf(state);
      checked = undefined;
      return merges.map((merge) => step.value(from(merge, 'NextIteration')));
    },
  };
  return runLoop(nodes.get(condition) ?? merges[0], entered, loop, lowering);
}
