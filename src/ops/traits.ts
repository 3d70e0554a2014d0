/**
 * What rewrites need to know of an operator. Every trait is asked of every operator, so that a new one is never
 * forgotten in silence. A channel is an index of the last axis.
 */

import type { Shape } from '../core/tensor.ts';
import { type ColumnOperand, type Columns, eachColumn } from './columns.ts';
import type { FusedActivation } from './fused-activation.ts';

/** Factors and terms, one of each for every channel, that mean the same behind the operator as in front of it. */
export interface Crossing {
  readonly scale: 'none' | 'nonnegative' | 'any';
  readonly shift: boolean;
}

/** scale · x + shift. */
export interface Affine {
  readonly scale: number;
  readonly shift: number;
}

/**
 * How far bounds of the operands tell those of the output: with all operands at their lower or all at their upper bounds
 * (`increasing`), with every mixture of them (`monotone`), only where an operand does not move at all (`points`), or never.
 */
export type Bounds = 'increasing' | 'monotone' | 'points' | 'unknown';

export interface Traits<Attributes> {
  /** One operand, and every element of the output depends on the same element of it alone. */
  readonly elementwise: boolean;
  /** Ends with the activation of its attributes, in every library that has the operator. */
  readonly clamps: Attributes extends { readonly activation: FusedActivation } ? boolean : false;
  /** The fused activation that does the same as the operator, which then has one operand and no attributes. */
  readonly asFused: FusedActivation | undefined;
  /** Two operands whose shapes broadcast; every element of the output depends on one element of each. */
  readonly broadcasts: boolean;
  /** What is made of one operand, in front of the activation, where the other is that constant; undefined: not affine. */
  withConstant(constant: number, place: 'first' | 'second'): Affine | undefined;
  readonly bounds: Bounds;
  /** Whether kernels of integers take operands that may be negative. */
  readonly takesNegatives: boolean;
  /** Whether the channels of the output are those of its one operand, one by one or as many pixels' in a row. */
  carriesChannels(attributes: Attributes, input: Shape, output: Shape): boolean;
  /** Whether the first output is the first operand as it is, whatever its elements; `inputs` of operands that are there. */
  isIdentity(attributes: Attributes, inputs: readonly Shape[], output: Shape): boolean;
  /**
   * How it works along an axis of its operands, the same of every one that is no constant; undefined where a column of the output
   * depends on others than a few of them.
   */
  columns(
    attributes: Attributes,
    axis: number,
    operands: readonly ColumnOperand[],
    output: Shape,
  ): Columns | undefined;
  /** `rank`: of the one operand. */
  crossing(attributes: Attributes, rank: number): Crossing;
}

const NOTHING: Crossing = { scale: 'none', shift: false };
export const ANYTHING: Crossing = { scale: 'any', shift: true };

/** `crossing` of what lets a scale and shift through under a condition. */
export function crossingIf(condition: boolean, crossing: Crossing): Crossing {
  return condition ? crossing : NOTHING;
}

/** Nothing is known that a rewrite could use. */
export const OPAQUE = {
  elementwise: false,
  clamps: false,
  asFused: undefined,
  broadcasts: false,
  withConstant: () => undefined,
  bounds: 'unknown',
  takesNegatives: true,
  carriesChannels: () => false,
  isIdentity: () => false,
  columns: () => undefined,
  crossing: () => NOTHING,
} as const satisfies Traits<unknown>;

/** A function of one number for every element. */
export const ELEMENTWISE = {
  ...OPAQUE,
  elementwise: true,
  bounds: 'points',
  carriesChannels: () => true,
  columns: eachColumn,
} as const satisfies Traits<unknown>;
