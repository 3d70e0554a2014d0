/**
 * How operators work along one axis of their operands, that of time in a stream say: a column is all that lies at one place of it.
 * An operator that has `Columns` makes each column of its output of a few columns of its operands, and every one alike.
 */

import type { Shape } from '../core/tensor.ts';
import { reachOf, type Sliding } from './window.ts';

export interface ColumnOperand {
  readonly shape: Shape;
  readonly isConstant: boolean;
}

/** Column i of the output is made of `taps` columns of each operand that is no constant, from first + i · stride on. */
export interface Columns {
  /** The axis of the output that its columns lie along. */
  readonly axis: number;
  readonly first: number;
  readonly stride: number;
  readonly taps: number;
  /** Attributes that are others where `count` columns are made of operands that begin with what the first of them needs. */
  changed(count: number): Readonly<Record<string, unknown>>;
}

const nothing = () => ({});

/** Each column is made of the one at its place; it may lie along another axis of the output. */
export function oneByOne(axis: number, changed: Columns['changed'] = nothing): Columns {
  return { axis, first: 0, stride: 1, taps: 1, changed };
}

/** Of one operand, element by element. */
export function eachColumn(_: unknown, axis: number): Columns {
  return oneByOne(axis);
}

/** Of operands that broadcast: axes are counted from behind, and a constant has to be the same for all columns. */
export function broadcastColumns(
  _: unknown,
  axis: number,
  operands: readonly ColumnOperand[],
  output: Shape,
): Columns | undefined {
  const fits = ({ shape, isConstant }: ColumnOperand): boolean =>
    isConstant ? (shape.at(axis - output.length) ?? 1) === 1 : shape.length === output.length;
  return operands.every(fits) ? oneByOne(axis) : undefined;
}

/** Of what works along rows of the last axis, each by itself. */
export function outsideRows(_: unknown, axis: number, __: unknown, output: Shape): Columns | undefined {
  return axis === output.length - 1 ? undefined : oneByOne(axis);
}

/** Of what works along one axis that its attributes name. */
export function besideAxis(
  { axis: named }: { readonly axis: number },
  axis: number,
  operands: readonly ColumnOperand[],
): Columns | undefined {
  const own = named < 0 ? named + operands[0].shape.length : named;
  return axis === own || operands.some(({ isConstant }) => isConstant) ? undefined : oneByOne(axis);
}

function isBare({ padding }: Sliding, axis: 0 | 1): boolean {
  if (typeof padding !== 'object') return padding === 'valid';
  const { top, bottom, left, right } = padding;
  return (axis === 0 ? top + bottom : left + right) === 0;
}

/** Of a window over images: only where no padding lies along the axis, since that is there at the ends of an image alone. */
export function windowColumns(sliding: Sliding, axis: number): Columns | undefined {
  if (axis !== 1 && axis !== 2) return undefined;
  const along = axis === 1 ? 0 : 1;
  const [taps, stride] = [reachOf(sliding, along), sliding.strides[along]];
  if (!isBare(sliding, along) && (taps > 1 || stride > 1)) return undefined;
  return { ...oneByOne(axis), stride, taps };
}

/** The axis of another shape of the same elements on which the same columns lie. */
export function keptAxis(from: Shape, axis: number, to: Shape): number | undefined {
  const before = (shape: Shape, end: number): number =>
    shape.slice(0, end).reduce((product, size) => product * size, 1);
  const found = to.findIndex(
    (size, place) => size === from[axis] && before(to, place) === before(from, axis),
  );
  return found < 0 ? undefined : found;
}
