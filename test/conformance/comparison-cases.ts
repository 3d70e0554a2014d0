/** Comparisons, conditions and choices, each by its own formula. */

import { perTensor, type QuantParams } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { Operand } from '../ops/one-node.ts';
import { drawBroadcast, drawInt8, drawQuant, elementFor, floatOperand, int8Operand, oneOf } from './draw.ts';
import { multiplierOf, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import type { FloatCase } from './float-cases.ts';
import { boolOperand, int32Operand, noAttributes, type Pairs, pairs } from './pairs.ts';

type None = Record<string, never>;
type Draw = (random: Random, index: number) => FloatCase<None>;

const condition = (_: Random, shape: Shape): TensorType => ({ dtype: 'bool', shape });
const bit = (holds: boolean): number => (holds ? 1 : 0);

/** Halves, many of them equal. */
function halves(random: Random, shape: Shape): Operand {
  const { type, data } = floatOperand(random, shape, 1);
  return { type, data: (data as Float32Array).map((x) => Math.round(2 * x) / 2) };
}

/** From scales that differ by ten thousand to the greatest that TFLM takes. */
function bytes(random: Random, shape: Shape, index: number): Operand {
  const { scale, zeroPoint } = drawQuant(random, 1e-4, 1);
  const quant = perTensor(oneOf(random, [scale, 0.05, 0.999]), oneOf(random, [zeroPoint, -3]));
  return { type: { dtype: 'int8', shape, quant }, data: drawInt8(random, elementCount(shape), index) };
}

/** The real number in steps of 1/256. */
function steps(x: number, quant: QuantParams | undefined): bigint {
  if (quant?.scheme !== 'per-tensor') throw new Error('no parameters');
  return scaled(BigInt(x - quant.zeroPoint) << 8n, multiplierOf(quant.scale));
}

function compared(
  operand: Pairs<None>['a'],
  holds: (order: number) => boolean,
  orderOf: Pairs<None>['combine'] = (a, b) => Math.sign(a - b),
): Draw {
  return pairs({
    attributes: noAttributes,
    a: operand,
    output: condition,
    combine: (a, b, types, none) => bit(holds(orderOf(a, b, types, none))),
  });
}

/** A row for every comparison, of operands of one type; `order` is the sign of their difference. */
function comparisons(operand: Pairs<None>['a'], orderOf?: Pairs<None>['combine']) {
  return {
    equal: compared(operand, (order) => order === 0, orderOf),
    greater: compared(operand, (order) => order > 0, orderOf),
    greater_equal: compared(operand, (order) => order >= 0, orderOf),
    less: compared(operand, (order) => order < 0, orderOf),
    less_equal: compared(operand, (order) => order <= 0, orderOf),
    not_equal: compared(operand, (order) => order !== 0, orderOf),
  };
}

function together(holds: (sum: number) => boolean): Draw {
  return pairs({
    attributes: noAttributes,
    a: boolOperand,
    output: condition,
    combine: (a, b) => bit(holds(a + b)),
  });
}

/** Three operands that broadcast to one shape. */
function drawChoice(random: Random): Record<'condition' | 'x' | 'y' | 'output', Shape> {
  const { a, b, output } = drawBroadcast(random);
  const third = output.map((size) => oneOf(random, [size, 1]));
  const [condition, x, y] = oneOf(random, [
    [a, b, third],
    [third, a, b],
    [b, third, a],
  ]);
  const sizes = output.map((_, axis) =>
    Math.max(...[condition, x, y].map((shape) => shape[axis - output.length + shape.length] ?? 1)),
  );
  return { condition, x, y, output: sizes };
}

const select = (random: Random, index: number): Case<None> => {
  const shape = drawChoice(random);
  const quant = drawQuant(random);
  const operand = (of: Shape): Operand =>
    index % 2 === 0 ? floatOperand(random, of) : int8Operand(random, of, quant, index);
  const [holds, x, y] = [boolOperand(random, shape.condition), operand(shape.x), operand(shape.y)];
  const expected = Array.from({ length: elementCount(shape.output) }, (_, at) => {
    const chosen = holds.data[elementFor(at, shape.output, shape.condition)] === 1 ? x : y;
    return Number(chosen.data[elementFor(at, shape.output, chosen.type.shape)]);
  });
  return { attributes: {}, operands: [holds, x, y], output: { ...x.type, shape: shape.output }, expected };
};

export const comparisonsFloat = comparisons(halves);
export const comparisonsInt8 = comparisons(bytes, (a, b, types) =>
  Number(steps(a, types.a.quant) - steps(b, types.b.quant)),
);
export const comparisonsInt32 = comparisons(int32Operand);

const equality = comparisons(boolOperand);
export const conditions = {
  equal: equality.equal,
  logical_and: together((sum) => sum === 2),
  logical_not: (random: Random): Case<None> => {
    const x = boolOperand(random, [2, 5]);
    return {
      attributes: {},
      operands: [x],
      output: x.type,
      expected: Array.from(x.data as Uint8Array, (value) => 1 - value),
    };
  },
  logical_or: together((sum) => sum > 0),
  not_equal: equality.not_equal,
  select_v2: select,
} as const;
