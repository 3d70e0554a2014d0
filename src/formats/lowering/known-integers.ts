/**
 * Integers that constants and static shapes decide, in whatever format: the arithmetic of the chains in which converters and
 * exporters write shapes. What does not fit into its type is not known.
 */

import { elementCount, type Shape, type TensorType } from '../../core/tensor.ts';
import { stridesOf } from '../../kernels/move.ts';
import { broadcastShape } from '../../ops/conditions.ts';
import type { OpKind } from '../../ops/index.ts';

/** Elements in row-major order; booleans are 0 and 1. */
export interface Numbers {
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** More than any shape or state has; keeps what a small file can ask for small. */
export const MAX_FOLDED = 2 ** 16;

const INTEGER_RANGES: Readonly<Partial<Record<TensorType['dtype'], readonly [number, number]>>> = {
  bool: [0, 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

export function isInteger(type: TensorType | undefined): boolean {
  return type !== undefined && INTEGER_RANGES[type.dtype] !== undefined;
}

/** Whether all are elements of that type of integers. */
export function fitsIntegers(values: readonly number[], dtype: TensorType['dtype']): boolean {
  const [least, most] = INTEGER_RANGES[dtype] ?? [1, 0];
  return values.every((value) => Number.isInteger(value) && value >= least && value <= most);
}

/** For each element of `shape`, row-major, where it lies in an array that is broadcast to it. */
function broadcastIndex(shape: Shape, from: Shape): (index: number) => number {
  const strides = stridesOf(shape);
  const own = stridesOf(from);
  const skipped = shape.length - from.length;
  return (index) =>
    from.reduce(
      (at, size, axis) =>
        size === 1 ? at : at + (Math.floor(index / strides[axis + skipped]) % size) * own[axis],
      0,
    );
}

/** Operands broadcast to each other; undefined for more than are looked at. */
export function elementwise(
  operands: readonly Numbers[],
  compute: (...values: number[]) => number,
): Numbers | undefined {
  const shape = operands.map((operand) => operand.shape).reduce(broadcastShape);
  if (elementCount(shape) > MAX_FOLDED) return undefined;
  const places = operands.map((operand) => broadcastIndex(shape, operand.shape));
  const values = Array.from({ length: elementCount(shape) }, (_, index) =>
    compute(...operands.map((operand, i) => operand.values[places[i](index)])),
  );
  return { shape, values };
}

/** From what a reduction starts, and what it makes of that and each element. */
export interface Reducing {
  readonly initial: number;
  combine(sum: number, value: number): number;
}

export const REDUCTIONS = {
  all: { initial: 1, combine: (all, value) => all & value },
  any: { initial: 0, combine: (any, value) => any | value },
  product: { initial: 1, combine: (product, value) => product * value },
  reduce_max: { initial: Number.NEGATIVE_INFINITY, combine: Math.max },
  reduce_min: { initial: Number.POSITIVE_INFINITY, combine: Math.min },
  sum: { initial: 0, combine: (sum, value) => sum + value },
} as const satisfies Readonly<Record<string, Reducing>>;

/** Along axes that are counted from the front. */
export function reduced(
  { initial, combine }: Reducing,
  input: Numbers,
  axes: readonly number[],
  keepDims: boolean,
): Numbers {
  const kept = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const values = new Array<number>(elementCount(kept)).fill(initial);
  const place = broadcastIndex(input.shape, kept);
  for (const [index, value] of input.values.entries()) {
    values[place(index)] = combine(values[place(index)], value);
  }
  return { shape: keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis)), values };
}

/** From `start` on by `delta` as long as `limit` is not reached; undefined for none and for more than are looked at. */
export function counted(start: number, limit: number, delta: number): Numbers | undefined {
  const count = Math.ceil((limit - start) / delta);
  if (!(count >= 1 && count <= MAX_FOLDED)) return undefined;
  return { shape: [count], values: Array.from({ length: count }, (_, index) => start + index * delta) };
}

const flag = (is: boolean): number => Number(is);

/** Of one element of each operand, by kinds of operators. */
export const POINTWISE = {
  abs: (a: number) => Math.abs(a),
  add: (a, b) => a + b,
  div: (a, b) => Math.trunc(a / b),
  equal: (a, b) => flag(a === b),
  floor_div: (a, b) => Math.floor(a / b),
  floor_mod: (a, b) => a - b * Math.floor(a / b),
  greater: (a, b) => flag(a > b),
  greater_equal: (a, b) => flag(a >= b),
  less: (a, b) => flag(a < b),
  less_equal: (a, b) => flag(a <= b),
  logical_and: (a, b) => a & b,
  logical_not: (a: number) => 1 - a,
  logical_or: (a, b) => a | b,
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  mul: (a, b) => a * b,
  neg: (a: number) => -a,
  not_equal: (a, b) => flag(a !== b),
  select_v2: (condition, a, b) => (condition ? a : b),
  sub: (a, b) => a - b,
} as const satisfies Partial<Record<OpKind, (a: number, b: number, c: number) => number>>;

type PointwiseKind = keyof typeof POINTWISE;
type ReducingKind = Extract<OpKind, keyof typeof REDUCTIONS>;

function isPointwise(kind: OpKind): kind is PointwiseKind {
  return Object.hasOwn(POINTWISE, kind);
}

function isReducing(kind: OpKind): kind is ReducingKind {
  return Object.hasOwn(REDUCTIONS, kind);
}

/** As far as attributes of those kinds matter. */
export interface FoldedAttributes {
  readonly activation?: string;
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

/**
 * What an operator with those attributes makes of known integers; undefined where it does something else, and for more than
 * are looked at.
 */
export function foldKind(
  kind: OpKind,
  { activation = 'none', axes = [], keepDims = false }: FoldedAttributes,
  operands: readonly Numbers[],
): readonly number[] | undefined {
  if (activation !== 'none' || operands.some(({ values }) => values.length > MAX_FOLDED)) return undefined;
  if (isReducing(kind)) return reduced(REDUCTIONS[kind], operands[0], axes, keepDims).values;
  if (!isPointwise(kind)) return undefined;
  const compute: (...values: number[]) => number = POINTWISE[kind];
  return elementwise(operands, compute)?.values;
}
