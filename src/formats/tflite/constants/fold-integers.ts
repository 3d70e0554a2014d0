/**
 * Operators on integers that depend on constants and on static shapes alone, computed while a file is read: what a
 * converter writes for the shape of a free batch (SHAPE, STRIDED_SLICE, PACK, RESHAPE) is known once the batch is. What has
 * no row here, or no answer in its own type, stays an operator.
 */

import { attempt } from '../../../core/errors.ts';
import { elementCount, type Shape, sameShape, type TensorType } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { broadcastShape } from '../../../ops/conditions.ts';
import type { Accessor } from '../codec.ts';
import {
  ActivationFunctionType,
  AddOptions,
  BuiltinOperator,
  BuiltinOptions,
  MulOptions,
  ReducerOptions,
  SubOptions,
} from '../generated/tflite_generated.ts';

/** Elements in row-major order; booleans are 0 and 1. */
export interface Numbers {
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** An operator whose operands may be known. */
export interface ConstantOperator {
  /** The options upon `accessor`; where the file has none of that type it reads defaults. */
  options<T extends Accessor>(type: BuiltinOptions, accessor: T): T;
  readonly inputs: readonly (TensorType | undefined)[];
  readonly outputs: readonly TensorType[];
  /** The elements of a constant operand; undefined for a computed or absent one, and for more than are looked at. */
  numbers(position: number): Numbers | undefined;
}

/** The one output, or undefined where it is not known. */
type Rule = (operator: ConstantOperator) => Numbers | undefined;

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

function elementwise(
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

/** All operands, where they are known and whole numbers. */
function integers(operator: ConstantOperator, count: number): readonly Numbers[] | undefined {
  if (operator.inputs.length !== count || !operator.inputs.every(isInteger)) return undefined;
  const operands = operator.inputs.flatMap((_, position) => operator.numbers(position) ?? []);
  return operands.length === count ? operands : undefined;
}

function pointwise(count: number, compute: (...values: number[]) => number): Rule {
  return (operator) => {
    const operands = integers(operator, count);
    return operands && elementwise(operands, compute);
  };
}

interface Fusing {
  fusedActivationFunction(): ActivationFunctionType;
}

function unfused(options: (operator: ConstantOperator) => Fusing, rule: Rule): Rule {
  return (operator) =>
    options(operator).fusedActivationFunction() === ActivationFunctionType.NONE ? rule(operator) : undefined;
}

function reduction(initial: number, compute: (sum: number, value: number) => number): Rule {
  return (operator) => {
    const [input, axes] = integers(operator, 2) ?? [];
    if (input === undefined || axes === undefined) return undefined;
    const rank = input.shape.length;
    const reduced = axes.values.map((axis) => (axis < 0 ? axis + rank : axis));
    if (reduced.some((axis) => axis < 0 || axis >= rank)) return undefined;
    const kept = input.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
    const values = new Array<number>(elementCount(kept)).fill(initial);
    const place = broadcastIndex(input.shape, kept);
    for (const [index, value] of input.values.entries())
      values[place(index)] = compute(values[place(index)], value);
    const keepDims = operator.options(BuiltinOptions.ReducerOptions, new ReducerOptions()).keepDims();
    return { shape: keepDims ? kept : kept.filter((_, axis) => !reduced.includes(axis)), values };
  };
}

/** `value`, one or as many as broadcast, at every place of the shape that the other operand holds. */
function spread(dims: number, value: number): Rule {
  return (operator) => {
    const shape = isInteger(operator.inputs[dims]) ? operator.numbers(dims)?.values : undefined;
    const values = operator.numbers(value);
    if (operator.inputs[value]?.dtype !== operator.outputs[0].dtype) return undefined;
    if (shape === undefined || values === undefined || shape.some((size) => size < 1)) return undefined;
    if (shape.length < values.shape.length || !sameShape(broadcastShape(shape, values.shape), shape))
      return undefined;
    return elementwise([values, { shape, values: [] }], (element) => element);
  };
}

/** Of a type that is not looked at: the shape alone decides. */
function shaped(compute: (shape: Shape) => Numbers): Rule {
  return ({ inputs: [input] }) => input && compute(input.shape);
}

const range: Rule = (operator) => {
  const [start, limit, delta] = (integers(operator, 3) ?? []).map(({ values }) => values[0]);
  const count = Math.ceil((limit - start) / delta);
  if (!(count >= 1 && count <= MAX_FOLDED)) return undefined;
  return { shape: [count], values: Array.from({ length: count }, (_, index) => start + index * delta) };
};

const flag = (is: boolean): number => Number(is);

const cast: Rule = (operator) => {
  const input = operator.numbers(0);
  if (input === undefined) return undefined;
  const { dtype, quant } = operator.outputs[0];
  if (quant !== undefined || operator.inputs[0]?.quant !== undefined) return undefined;
  const convert = (value: number): number =>
    dtype === 'bool' ? flag(value !== 0) : isInteger(operator.outputs[0]) ? Math.trunc(value) : value;
  return { shape: input.shape, values: input.values.map(convert) };
};

const RULES: Readonly<Partial<Record<BuiltinOperator, Rule>>> = {
  [BuiltinOperator.ABS]: pointwise(1, Math.abs),
  [BuiltinOperator.ADD]: unfused(
    (operator) => operator.options(BuiltinOptions.AddOptions, new AddOptions()),
    pointwise(2, (a, b) => a + b),
  ),
  [BuiltinOperator.BROADCAST_TO]: spread(1, 0),
  [BuiltinOperator.CAST]: cast,
  [BuiltinOperator.DIV]: pointwise(2, (a, b) => Math.trunc(a / b)),
  [BuiltinOperator.EQUAL]: pointwise(2, (a, b) => flag(a === b)),
  [BuiltinOperator.FILL]: spread(0, 1),
  [BuiltinOperator.FLOOR_DIV]: pointwise(2, (a, b) => Math.floor(a / b)),
  [BuiltinOperator.FLOOR_MOD]: pointwise(2, (a, b) => a - b * Math.floor(a / b)),
  [BuiltinOperator.GREATER]: pointwise(2, (a, b) => flag(a > b)),
  [BuiltinOperator.GREATER_EQUAL]: pointwise(2, (a, b) => flag(a >= b)),
  [BuiltinOperator.LESS]: pointwise(2, (a, b) => flag(a < b)),
  [BuiltinOperator.LESS_EQUAL]: pointwise(2, (a, b) => flag(a <= b)),
  [BuiltinOperator.LOGICAL_AND]: pointwise(2, (a, b) => a & b),
  [BuiltinOperator.LOGICAL_NOT]: pointwise(1, (a) => 1 - a),
  [BuiltinOperator.LOGICAL_OR]: pointwise(2, (a, b) => a | b),
  [BuiltinOperator.MAXIMUM]: pointwise(2, Math.max),
  [BuiltinOperator.MINIMUM]: pointwise(2, Math.min),
  [BuiltinOperator.MUL]: unfused(
    (operator) => operator.options(BuiltinOptions.MulOptions, new MulOptions()),
    pointwise(2, (a, b) => a * b),
  ),
  [BuiltinOperator.NEG]: pointwise(1, (a) => -a),
  [BuiltinOperator.NOT_EQUAL]: pointwise(2, (a, b) => flag(a !== b)),
  [BuiltinOperator.RANGE]: range,
  [BuiltinOperator.RANK]: shaped((shape) => ({ shape: [], values: [shape.length] })),
  [BuiltinOperator.REDUCE_ALL]: reduction(1, (all, value) => all & value),
  [BuiltinOperator.REDUCE_ANY]: reduction(0, (any, value) => any | value),
  [BuiltinOperator.REDUCE_MAX]: reduction(Number.NEGATIVE_INFINITY, Math.max),
  [BuiltinOperator.REDUCE_MIN]: reduction(Number.POSITIVE_INFINITY, Math.min),
  [BuiltinOperator.REDUCE_PROD]: reduction(1, (product, value) => product * value),
  [BuiltinOperator.SELECT_V2]: pointwise(3, (condition, a, b) => (condition ? a : b)),
  [BuiltinOperator.SHAPE]: shaped((shape) => ({ shape: [shape.length], values: shape })),
  [BuiltinOperator.SUB]: unfused(
    (operator) => operator.options(BuiltinOptions.SubOptions, new SubOptions()),
    pointwise(2, (a, b) => a - b),
  ),
  [BuiltinOperator.SUM]: reduction(0, (sum, value) => sum + value),
};

/** What also makes other elements of integers, or repeats any. */
const ANY_TYPE: ReadonlySet<BuiltinOperator> = new Set([
  BuiltinOperator.BROADCAST_TO,
  BuiltinOperator.CAST,
  BuiltinOperator.FILL,
]);

export function hasRule(code: BuiltinOperator): boolean {
  return RULES[code] !== undefined;
}

/** The elements of the operator's one output; undefined where they are not known, or not within its type. */
export function foldIntegers(code: BuiltinOperator, operator: ConstantOperator): Numbers | undefined {
  const rule = RULES[code];
  if (rule === undefined || operator.outputs.length !== 1) return undefined;
  const folded = attempt(() => rule(operator));
  if (!('value' in folded) || folded.value === undefined) return undefined;
  const range = INTEGER_RANGES[operator.outputs[0].dtype];
  if (range === undefined) return ANY_TYPE.has(code) ? folded.value : undefined;
  const fits = folded.value.values.every(
    (value) => Number.isInteger(value) && value >= range[0] && value <= range[1],
  );
  return fits ? folded.value : undefined;
}
