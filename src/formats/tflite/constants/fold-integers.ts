/**
 * Operators on integers that depend on constants and on static shapes alone, computed while a file is read: what a
 * converter writes for the shape of a free batch (SHAPE, STRIDED_SLICE, PACK, RESHAPE) is known once the batch is. What has
 * no row here, or no answer in its own type, stays an operator.
 */

import { attempt } from '../../../core/errors.ts';
import { type Shape, sameShape, type TensorType } from '../../../core/tensor.ts';
import { broadcastShape } from '../../../ops/conditions.ts';
import {
  counted,
  elementwise,
  fitsIntegers,
  isInteger,
  type Numbers,
  POINTWISE,
  REDUCTIONS,
  type Reducing,
  reduced,
} from '../../lowering/known-integers.ts';
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

function reduction(reducing: Reducing): Rule {
  return (operator) => {
    const [input, axes] = integers(operator, 2) ?? [];
    if (input === undefined || axes === undefined) return undefined;
    const rank = input.shape.length;
    const along = axes.values.map((axis) => (axis < 0 ? axis + rank : axis));
    if (along.some((axis) => axis < 0 || axis >= rank)) return undefined;
    const keepDims = operator.options(BuiltinOptions.ReducerOptions, new ReducerOptions()).keepDims();
    return reduced(reducing, input, along, keepDims);
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
  return counted(start, limit, delta);
};

const cast: Rule = (operator) => {
  const input = operator.numbers(0);
  if (input === undefined) return undefined;
  const { dtype, quant } = operator.outputs[0];
  if (quant !== undefined || operator.inputs[0]?.quant !== undefined) return undefined;
  const convert = (value: number): number =>
    dtype === 'bool' ? Number(value !== 0) : isInteger(operator.outputs[0]) ? Math.trunc(value) : value;
  return { shape: input.shape, values: input.values.map(convert) };
};

const RULES: Readonly<Partial<Record<BuiltinOperator, Rule>>> = {
  [BuiltinOperator.ABS]: pointwise(1, POINTWISE.abs),
  [BuiltinOperator.ADD]: unfused(
    (operator) => operator.options(BuiltinOptions.AddOptions, new AddOptions()),
    pointwise(2, POINTWISE.add),
  ),
  [BuiltinOperator.BROADCAST_TO]: spread(1, 0),
  [BuiltinOperator.CAST]: cast,
  [BuiltinOperator.DIV]: pointwise(2, POINTWISE.div),
  [BuiltinOperator.EQUAL]: pointwise(2, POINTWISE.equal),
  [BuiltinOperator.FILL]: spread(0, 1),
  [BuiltinOperator.FLOOR_DIV]: pointwise(2, POINTWISE.floor_div),
  [BuiltinOperator.FLOOR_MOD]: pointwise(2, POINTWISE.floor_mod),
  [BuiltinOperator.GREATER]: pointwise(2, POINTWISE.greater),
  [BuiltinOperator.GREATER_EQUAL]: pointwise(2, POINTWISE.greater_equal),
  [BuiltinOperator.LESS]: pointwise(2, POINTWISE.less),
  [BuiltinOperator.LESS_EQUAL]: pointwise(2, POINTWISE.less_equal),
  [BuiltinOperator.LOGICAL_AND]: pointwise(2, POINTWISE.logical_and),
  [BuiltinOperator.LOGICAL_NOT]: pointwise(1, POINTWISE.logical_not),
  [BuiltinOperator.LOGICAL_OR]: pointwise(2, POINTWISE.logical_or),
  [BuiltinOperator.MAXIMUM]: pointwise(2, POINTWISE.maximum),
  [BuiltinOperator.MINIMUM]: pointwise(2, POINTWISE.minimum),
  [BuiltinOperator.MUL]: unfused(
    (operator) => operator.options(BuiltinOptions.MulOptions, new MulOptions()),
    pointwise(2, POINTWISE.mul),
  ),
  [BuiltinOperator.NEG]: pointwise(1, POINTWISE.neg),
  [BuiltinOperator.NOT_EQUAL]: pointwise(2, POINTWISE.not_equal),
  [BuiltinOperator.RANGE]: range,
  [BuiltinOperator.RANK]: shaped((shape) => ({ shape: [], values: [shape.length] })),
  [BuiltinOperator.REDUCE_ALL]: reduction(REDUCTIONS.all),
  [BuiltinOperator.REDUCE_ANY]: reduction(REDUCTIONS.any),
  [BuiltinOperator.REDUCE_MAX]: reduction(REDUCTIONS.reduce_max),
  [BuiltinOperator.REDUCE_MIN]: reduction(REDUCTIONS.reduce_min),
  [BuiltinOperator.REDUCE_PROD]: reduction(REDUCTIONS.product),
  [BuiltinOperator.SELECT_V2]: pointwise(3, POINTWISE.select_v2),
  [BuiltinOperator.SHAPE]: shaped((shape) => ({ shape: [shape.length], values: shape })),
  [BuiltinOperator.SUB]: unfused(
    (operator) => operator.options(BuiltinOptions.SubOptions, new SubOptions()),
    pointwise(2, POINTWISE.sub),
  ),
  [BuiltinOperator.SUM]: reduction(REDUCTIONS.sum),
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
  const { dtype } = operator.outputs[0];
  if (!isInteger(operator.outputs[0])) return ANY_TYPE.has(code) ? folded.value : undefined;
  return fitsIntegers(folded.value.values, dtype) ? folded.value : undefined;
}
