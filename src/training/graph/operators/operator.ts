/** What a row of the table of trained operators is: how a node becomes steps of the plan. */

import { unsupportedError } from '../../../core/errors.ts';
import type { Shape, TensorData } from '../../../core/tensor.ts';
import type { Node } from '../../../ir/graph.ts';
import type { AttributesOf, OpKind } from '../../../ops/index.ts';
import type { Slot, StepPlan, Weight } from '../../compiled/step-plan.ts';

/** An operand that is computed, or one that is known. */
export type Operand =
  | { readonly slot: Slot; readonly shape: Shape }
  | { readonly data: TensorData; readonly shape: Shape };

export interface OperatorContext {
  readonly plan: StepPlan;
  readonly node: Node;
  readonly operands: readonly (Operand | undefined)[];
  /** Whether something in front of it learns, or it itself, and an objective sees it. */
  readonly learns: boolean;
  readonly outputShapes: readonly Shape[];
  /** Operand `position` of a linear operator, as it computes with it; undefined where it has none. */
  weight(position: number): Weight | undefined;
  /** What ends an operator: its fused activation, or what stands in its place. In place. */
  finish(output: Slot): Slot;
}

/** Adds the operator's steps and returns where its outputs lie. */
export type CompileOperator<Kind extends OpKind> = (
  attributes: AttributesOf<Kind>,
  context: OperatorContext,
) => readonly Slot[];

/** The operand that every operator has; it is computed wherever a graph is simplified. */
export function computed({ node, operands }: OperatorContext, position = 0): Slot {
  const operand = operands[position];
  if (operand !== undefined && 'slot' in operand) return operand.slot;
  throw new Error(`operand ${position} of "${node.name}" is not computed`);
}

export function untrainable({ node }: OperatorContext, why: string): Error {
  return unsupportedError(
    'untrainable-operator',
    `${node.kind.toUpperCase()} "${node.name}" ${why}`,
    'Train the model where it comes from.',
  );
}

/** Windows slide over one image for each sample. */
export function requireOneImage(context: OperatorContext): void {
  const [batch] = computed(context).shape;
  if (batch !== 1) throw untrainable(context, `sees ${batch} images for each sample`);
}
