/** Sums of tensors, sums along an axis, products of matrices, and zeros, each by its own formula. */

import type { PerTensorQuant } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import {
  drawBroadcast,
  drawQuant,
  drawShape,
  elementFor,
  floatOperand,
  int8Operand,
  int8Type,
  logUniform,
  oneOf,
} from './draw.ts';
import { clampInt8, multiplierOf, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import type { FloatCase } from './float-cases.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;
type DrawFloat<Attributes> = (random: Random, index: number) => FloatCase<Attributes>;

const f = Math.fround;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const add = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);

/** Which elements of which operands make each element of an output. */
interface Sum<Attributes> {
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly operands: number;
  readonly members: (at: number) => readonly (readonly [operand: number, at: number])[];
}

const addN = (random: Random): Sum<AttributesOf<'add_n'>> => {
  const operands = 2 + random.below(6);
  return {
    attributes: {},
    shape: drawShape(random),
    operands,
    members: (at) => range(operands).map((operand) => [operand, at]),
  };
};

const cumsum = (random: Random): Sum<AttributesOf<'cumsum'>> => {
  const shape = drawShape(random).map((size) => size + random.below(4));
  const axis = random.below(shape.length);
  const [exclusive, reverse] = [random.below(2) === 0, random.below(2) === 0];
  const inner = elementCount(shape.slice(axis + 1));
  return {
    attributes: { axis: oneOf(random, [axis, axis - shape.length]), exclusive, reverse },
    shape,
    operands: 1,
    members(at) {
      const own = Math.floor(at / inner) % shape[axis];
      return range(shape[axis])
        .filter((other) => (reverse ? other >= own : other <= own))
        .filter((other) => !exclusive || other !== own)
        .map((other) => [0, at + (other - own) * inner]);
    },
  };
};

/** TFLM starts a sum at minus the zero point, and doubles the scale on the way. */
function int8Sum<Attributes>(draw: (random: Random) => Sum<Attributes>): Draw<Attributes> {
  return (random, index) => {
    const { attributes, shape, operands, members } = draw(random);
    const input = drawQuant(random, 1e-3, 1);
    const output = drawQuant(random, 1e-5, 100);
    const data = range(operands).map(() => int8Operand(random, shape, input, index));
    const expected = range(elementCount(shape)).map((at) => {
      const values = members(at).map(([operand, from]) => Number(data[operand].data[from]) - input.zeroPoint);
      const sum = BigInt(add([-input.zeroPoint, ...values])) << 19n;
      const real = (2 * input.scale) / (2 ** 20 * output.scale);
      return clampInt8(scaled(sum, multiplierOf(real)) + BigInt(output.zeroPoint));
    });
    return { attributes, operands: data, output: int8Type(shape, output), expected };
  };
}

function floatSum<Attributes>(draw: (random: Random) => Sum<Attributes>): DrawFloat<Attributes> {
  return (random) => {
    const { attributes, shape, operands, members } = draw(random);
    const data = range(operands).map(() => floatOperand(random, shape));
    const terms = range(elementCount(shape)).map((at) =>
      members(at).map(([operand, from]) => Number(data[operand].data[from])),
    );
    return {
      attributes,
      operands: data,
      output: { dtype: 'float32', shape },
      expected: terms.map(add),
      termSizes: terms.map((list) => add(list.map(Math.abs))),
    };
  };
}

interface Product {
  readonly attributes: AttributesOf<'batch_matmul'>;
  readonly a: Shape;
  readonly b: Shape;
  readonly output: Shape;
  /** Pairs of elements of both for each element of the output. */
  readonly terms: readonly (readonly (readonly [a: number, b: number])[])[];
}

/** At most three axes in front of the matrices. */
function drawBatches(random: Random): ReturnType<typeof drawBroadcast> {
  for (;;) {
    const batches = drawBroadcast(random);
    if (batches.output.length <= 3) return batches;
  }
}

function drawProduct(random: Random): Product {
  const batches = oneOf(random, [drawBatches(random), { a: [], b: [], output: [] }]);
  const [rows, depth, columns] = range(3).map(() => 1 + random.below(5));
  const [adjX, adjY] = [random.below(2) === 0, random.below(2) === 0];
  const count = elementCount(batches.output);
  const terms = range(count).flatMap((batch) => {
    const [a, b] = [batches.a, batches.b].map((own) => elementFor(batch, batches.output, own));
    return range(rows).flatMap((row) =>
      range(columns).map((column) =>
        range(depth).map((i): [number, number] => [
          a * rows * depth + (adjX ? i * rows + row : row * depth + i),
          b * depth * columns + (adjY ? column * depth + i : i * columns + column),
        ]),
      ),
    );
  });
  return {
    attributes: { adjX, adjY },
    a: [...batches.a, ...(adjX ? [depth, rows] : [rows, depth])],
    b: [...batches.b, ...(adjY ? [columns, depth] : [depth, columns])],
    output: [...batches.output, rows, columns],
    terms,
  };
}

const matmulInt8: Draw<AttributesOf<'batch_matmul'>> = (random, index) => {
  const { attributes, a, b, output, terms } = drawProduct(random);
  const [quantA, quantB] = [drawQuant(random), drawQuant(random)];
  const quant = drawQuant(random, 1e-3, 10);
  const [x, y] = [int8Operand(random, a, quantA, index), int8Operand(random, b, quantB, index)];
  const centered = ({ data }: Operand, { zeroPoint }: PerTensorQuant, at: number): number =>
    Number(data[at]) - zeroPoint;
  const expected = terms.map((pairs) => {
    const sum = add(pairs.map(([i, j]) => centered(x, quantA, i) * centered(y, quantB, j)));
    const real = f(quantA.scale * quantB.scale) / quant.scale;
    return clampInt8(scaled(BigInt(sum), multiplierOf(real)) + BigInt(quant.zeroPoint));
  });
  return { attributes, operands: [x, y], output: int8Type(output, quant), expected };
};

const matmulFloat: DrawFloat<AttributesOf<'batch_matmul'>> = (random) => {
  const { attributes, a, b, output, terms } = drawProduct(random);
  const [x, y] = [floatOperand(random, a), floatOperand(random, b)];
  const products = terms.map((pairs) => pairs.map(([i, j]) => Number(x.data[i]) * Number(y.data[j])));
  return {
    attributes,
    operands: [x, y],
    output: { dtype: 'float32', shape: output },
    expected: products.map(add),
    termSizes: products.map((list) => add(list.map(Math.abs))),
  };
};

/** The raw number 0, whatever it stands for. */
const zerosInt8: Draw<AttributesOf<'zeros_like'>> = (random, index) => {
  const shape = drawShape(random);
  const [input, output] = [drawQuant(random), drawQuant(random, logUniform(random, 1e-4, 1), 2)];
  const expected = new Array<number>(elementCount(shape)).fill(0);
  const x = int8Operand(random, shape, input, index);
  return { attributes: {}, operands: [x], output: int8Type(shape, output), expected };
};

const zerosFloat: DrawFloat<AttributesOf<'zeros_like'>> = (random) => {
  const shape = drawShape(random);
  const expected = new Array<number>(elementCount(shape)).fill(0);
  return {
    attributes: {},
    operands: [floatOperand(random, shape)],
    output: { dtype: 'float32', shape },
    expected,
  };
};

export const int8Sums = {
  add_n: int8Sum(addN),
  batch_matmul: matmulInt8,
  cumsum: int8Sum(cumsum),
  zeros_like: zerosInt8,
} as const;

export const floatSums = {
  add_n: floatSum(addN),
  batch_matmul: matmulFloat,
  cumsum: floatSum(cumsum),
  zeros_like: zerosFloat,
} as const;
