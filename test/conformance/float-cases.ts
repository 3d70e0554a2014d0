/** One random case after another for every operator with float32 operands, computed in double precision. */

import type { Random } from '../../src/core/random.ts';
import { elementCount } from '../../src/core/tensor.ts';
import type { AttributesOf, OpKind } from '../../src/ops/index.ts';
import { castFloat } from './cast-cases.ts';
import { comparisonsFloat } from './comparison-cases.ts';
import { detectionCases } from './detection-cases.ts';
import { divisionFloat } from './division-cases.ts';
import {
  drawActivation,
  drawBroadcast,
  drawFloats,
  drawShape,
  elementFor,
  floatLimits,
  floatOperand,
  oneOf,
} from './draw.ts';
import { elementwiseFloat } from './elementwise-cases.ts';
import type { Case } from './exact-int8.ts';
import { floatWindowCases } from './float-windows.ts';
import { mathFloat } from './math-cases.ts';
import { floatMovements } from './movement-cases.ts';
import { floatNormalizations } from './normalization-cases.ts';
import { lstmFloat } from './recurrent/lstm-cases.ts';
import { svdfFloat } from './recurrent/svdf-cases.ts';
import { assignOf, readOf } from './recurrent/variable-cases.ts';
import { floatSums } from './sum-cases.ts';

export interface FloatCase<Attributes> extends Case<Attributes> {
  readonly expected: readonly number[];
  readonly more?: readonly Pick<FloatCase<Attributes>, 'output' | 'expected'>[];
  /** Where terms cancel: the sum of their sizes, to which rounding errors are proportional. */
  readonly termSizes?: readonly number[];
}

type Draw<Attributes> = (random: Random, index: number) => FloatCase<Attributes>;

const clamp = (x: number, [low, top]: readonly [number, number]): number => Math.max(low, Math.min(top, x));

/** Rows are short, since every addition may lose half a unit in the last place. */
const fullyConnected: Draw<AttributesOf<'fully_connected'>> = (random, index) => {
  const [batches, units, depth] = [1 + random.below(3), 1 + random.below(5), 1 + random.below(12)];
  const x = floatOperand(random, [batches, depth]);
  const weights = floatOperand(random, [units, depth]);
  const bias = index % 3 === 0 ? undefined : floatOperand(random, [units]);
  const activation = drawActivation(random);
  const sums = Array.from({ length: batches * units }, (_, at) => {
    const unit = at % units;
    const row = Math.floor(at / units) * depth;
    const terms = Array.from(
      { length: depth },
      (_, i) => Number(x.data[row + i]) * Number(weights.data[unit * depth + i]),
    );
    return [...terms, Number(bias?.data[unit] ?? 0)];
  });
  const add = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);
  return {
    attributes: { activation, keepNumDims: false },
    operands: bias === undefined ? [x, weights] : [x, weights, bias],
    output: { dtype: 'float32', shape: [batches, units] },
    expected: sums.map((terms) => clamp(add(terms), floatLimits(activation))),
    termSizes: sums.map((terms) => add(terms.map(Math.abs))),
  };
};

function binary(combine: (a: number, b: number) => number): Draw<AttributesOf<'add'>> {
  return (random) => {
    const shape = drawBroadcast(random);
    const [x, y] = [floatOperand(random, shape.a), floatOperand(random, shape.b)];
    const activation = drawActivation(random);
    const expected = Array.from({ length: elementCount(shape.output) }, (_, at) => {
      const a = Number(x.data[elementFor(at, shape.output, shape.a)]);
      const b = Number(y.data[elementFor(at, shape.output, shape.b)]);
      return clamp(combine(a, b), floatLimits(activation));
    });
    const output = { dtype: 'float32', shape: shape.output } as const;
    return { attributes: { activation }, operands: [x, y], output, expected };
  };
}

function unary(compute: (x: number) => number): Draw<AttributesOf<'relu'>> {
  return (random) => {
    const shape = drawShape(random);
    const data = drawFloats(random, elementCount(shape), oneOf(random, [0.01, 1, 20]));
    return {
      attributes: {},
      operands: [{ type: { dtype: 'float32', shape }, data }],
      output: { dtype: 'float32', shape },
      expected: Array.from(data, compute),
    };
  };
}

const softmax: Draw<AttributesOf<'softmax'>> = (random) => {
  const [rows, depth] = [1 + random.below(3), 1 + random.below(20)];
  const beta = Math.fround(oneOf(random, [1, 0.5, 2]));
  const x = floatOperand(random, [rows, depth]);
  const exps = Array.from(x.data, Number).map((value) => Math.exp(beta * value));
  const expected = exps.map((exp, at) => {
    const start = at - (at % depth);
    return exp / exps.slice(start, start + depth).reduce((sum, other) => sum + other, 0);
  });
  const output = { dtype: 'float32', shape: [rows, depth] } as const;
  return { attributes: { beta }, operands: [x], output, expected };
};

const reshape: Draw<AttributesOf<'reshape'>> = (random) => {
  const shape = drawShape(random);
  const newShape = [...shape].reverse();
  const x = floatOperand(random, shape);
  const expected = Array.from(x.data, Number);
  return { attributes: { newShape }, operands: [x], output: { dtype: 'float32', shape: newShape }, expected };
};

/** A row for every operator with float32 operands and results; `random.test.ts` misses those that have none. */
export const floatCases: { readonly [Kind in OpKind]?: Draw<AttributesOf<Kind>> } = {
  ...elementwiseFloat,
  ...floatMovements,
  ...floatNormalizations,
  ...floatSums,
  ...floatWindowCases,
  ...mathFloat,
  ...comparisonsFloat,
  ...divisionFloat,
  cast: castFloat,
  add: binary((a, b) => a + b),
  fully_connected: fullyConnected,
  logistic: unary((x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))),
  mul: binary((a, b) => a * b),
  relu: unary((x) => (x > 0 ? x : 0)),
  relu6: unary((x) => clamp(x, [0, 6])),
  reshape,
  softmax,
  sub: binary((a, b) => a - b),
  assign_variable: assignOf('float32'),
  read_variable: readOf('float32'),
  svdf: svdfFloat,
  tflite_detection_postprocess: detectionCases,
  tanh: unary((x) => Math.expm1(2 * x) / (Math.expm1(2 * x) + 2)),
  unidirectional_sequence_lstm: lstmFloat,
};
