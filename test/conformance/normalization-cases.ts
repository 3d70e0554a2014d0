/** L2_NORMALIZATION and LOG_SOFTMAX, row by row. */

import { perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import { drawQuant, drawShape, floatOperand, int8Operand, int8Type, oneOf } from './draw.ts';
import { clampInt8, inverseRoot, logSoftmaxInt8, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import type { FloatCase } from './float-cases.ts';

type Draw = (random: Random, index: number) => Case<AttributesOf<'log_softmax'>>;
type DrawFloat = (random: Random, index: number) => FloatCase<AttributesOf<'log_softmax'>>;

function rowsOf(data: ArrayLike<number | bigint>, depth: number): number[][] {
  const values = Array.from(data, Number);
  return Array.from({ length: values.length / depth }, (_, row) =>
    values.slice(row * depth, (row + 1) * depth),
  );
}

const drawDepth = (random: Random): number => oneOf(random, [1, 2, 10, 1 + random.below(60), 700]);

/** Sums of squares from 0 and 1 to where they are divided by 4. */
const l2NormalizationInt8: Draw = (random, index) => {
  const depth = oneOf(random, [drawDepth(random), 9000]);
  const shape = [1 + random.below(3), depth];
  const input = drawQuant(random);
  const x = int8Operand(random, shape, input, index);
  if (index % 5 === 4) x.data.fill((input.zeroPoint + random.below(2)) as never);
  const expected = rowsOf(x.data, depth).flatMap((row) => {
    const centered = row.map((value) => BigInt(value - input.zeroPoint));
    const { mantissa, shift } = inverseRoot(centered.reduce((sum, value) => sum + value * value, 0n));
    return centered.map((value) => clampInt8(scaled(value, { mantissa, shift: shift + 7 })));
  });
  return { attributes: {}, operands: [x], output: int8Type(shape, perTensor(1 / 128, 0)), expected };
};

const l2NormalizationFloat: DrawFloat = (random) => {
  const shape = drawShape(random);
  const x = floatOperand(random, shape, oneOf(random, [1e-9, 1, 1e3]));
  const expected = rowsOf(x.data, shape.at(-1) ?? 1).flatMap((row) => {
    const norm = Math.hypot(...row);
    return row.map((value) => value / Math.max(norm, 1e-6));
  });
  return { attributes: {}, operands: [x], output: { dtype: 'float32', shape }, expected };
};

const logSoftmaxRows: Draw = (random, index) => {
  const depth = drawDepth(random);
  const shape = [1 + random.below(3), depth];
  const input = drawQuant(random, 1e-4, oneOf(random, [0.2, 2, 1e3]));
  const x = int8Operand(random, shape, input, index);
  const expected = rowsOf(x.data, depth).flatMap((row) => logSoftmaxInt8(row, input.scale));
  return { attributes: {}, operands: [x], output: int8Type(shape, perTensor(1 / 16, 127)), expected };
};

const logSoftmaxFloat: DrawFloat = (random) => {
  const shape = drawShape(random);
  const x = floatOperand(random, shape);
  const rows = rowsOf(x.data, shape.at(-1) ?? 1);
  const logOf = (row: readonly number[]): number =>
    Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  return {
    attributes: {},
    operands: [x],
    output: { dtype: 'float32', shape },
    expected: rows.flatMap((row) => row.map((value) => value - logOf(row))),
    termSizes: rows.flatMap((row) =>
      row.map((value) => Math.abs(value) + 2 * Math.max(...row.map(Math.abs)) + 3),
    ),
  };
};

export const int8Normalizations = {
  l2_normalization: l2NormalizationInt8,
  log_softmax: logSoftmaxRows,
} as const;

export const floatNormalizations = {
  l2_normalization: l2NormalizationFloat,
  log_softmax: logSoftmaxFloat,
} as const;
