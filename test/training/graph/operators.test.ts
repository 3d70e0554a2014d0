/** Every operator that graphs are trained through: values against the interpreter, gradients against differences. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount, type TensorData, type TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import type { AttributesOf, OpKind } from '../../../src/ops/index.ts';
import { isLinear } from '../../../src/passes/linear.ts';
import { type Run, view } from '../../../src/training/compiled/run.ts';
import { stepBytes } from '../../../src/training/compiled/training-heap.ts';
import { compileGraph } from '../../../src/training/graph/compile-graph.ts';
import { TRAINED_OPERATORS } from '../../../src/training/graph/operators/index.ts';
import { type FloatCase, floatCases } from '../../conformance/float-cases.ts';
import { float64Memory } from '../float64-memory.ts';

const INPUTS = 3;
const ROWS = 2;
const CASES = 12;

/** Operands that are computed come out of fully connected layers, near the numbers of the case. */
function graphOf<Kind extends OpKind>(
  kind: Kind,
  { attributes, operands }: FloatCase<AttributesOf<Kind>>,
  random: Random,
): Graph {
  const builder = new GraphBuilder();
  const input = builder.input('x', { dtype: 'float32', shape: [1, INPUTS] });
  const floats = (count: number, size: number): Float32Array =>
    Float32Array.from({ length: count }, () => size * random.normal());
  const compute = (type: TensorType, data: TensorData, name: string): ValueId => {
    const count = elementCount(type.shape);
    const weights = builder.constant(
      `${name}/w`,
      { dtype: 'float32', shape: [count, INPUTS] },
      floats(count * INPUTS, 0.1),
    );
    const bias = builder.constant(`${name}/b`, { dtype: 'float32', shape: [count] }, data);
    const made = builder.add('fully_connected', name, { activation: 'none', keepNumDims: false }, [
      input,
      weights,
      bias,
    ]);
    return builder.add('reshape', `${name}/shaped`, { newShape: [...type.shape] }, [made]);
  };
  const weighted = ['fully_connected', 'conv_2d', 'depthwise_conv_2d'].includes(kind);
  const constantFrom = weighted ? 1 : random.below(2) === 0 ? 1 : operands.length;
  const inputs = operands.map((operand, index) => {
    if (operand === undefined) return undefined;
    const { type, data } = operand;
    return type.dtype !== 'float32' || index >= constantFrom
      ? builder.constant(`operand ${index}`, type, data)
      : compute(type, data, `operand ${index}`);
  });
  const outputs = builder.addMany(kind, 'tested', attributes, inputs);
  return builder.build([outputs[random.below(outputs.length)]]);
}

interface Evaluation {
  readonly loss: number;
  readonly values: Float64Array;
  readonly gradients: ReadonlyMap<ValueId, Float64Array>;
}

/** loss = mean over the rows of Σ cᵢ yᵢ + yᵢ² / 2. */
function evaluate(
  graph: Graph,
  samples: Float32Array,
  factors: Float64Array,
  constants: ReadonlyMap<ValueId, Float64Array>,
): Evaluation {
  const { plan, input, observed, weights } = compileGraph(graph, ROWS, graph.outputs);
  const run: Run = {
    ...float64Memory(stepBytes(plan)),
    scratch: plan.bytes,
    samplesAtOnce: plan.samplesAtOnce,
    rows: ROWS,
    training: true,
    steps: 0,
    learningRate: 0,
  };
  for (const initialize of plan.initialize) initialize(run.floats);
  for (const [id, { address, size }] of weights) {
    view(run, address, size).set(constants.get(id) ?? (getValue(graph, id).data as Float32Array));
  }
  view(run, input.address, ROWS * input.size).set(samples);
  plan.forward.run(run);
  const [{ address, gradient = 0, size }] = observed;
  const [y, dy] = [view(run, address, ROWS * size), view(run, gradient, ROWS * size)];
  const values = Float64Array.from(y);
  let loss = 0;
  for (let i = 0; i < values.length; i++) {
    loss += (factors[i % size] * values[i] + values[i] ** 2 / 2) / ROWS;
    dy[i] = (factors[i % size] + values[i]) / ROWS;
  }
  plan.backward.run(run);
  const gradients = new Map(
    [...weights].map(([id, weight]) => [
      id,
      Float64Array.from(view(run, weight.gradient as number, weight.size)),
    ]),
  );
  return { loss, values, gradients };
}

function interpreted(graph: Graph, samples: Float32Array): Float64Array {
  const interpreter = createInterpreter(graph);
  const results = Array.from({ length: ROWS }, (_, row) =>
    Array.from(interpreter.invoke([samples.slice(row * INPUTS, (row + 1) * INPUTS)])[0] as Float32Array),
  );
  return Float64Array.from(results.flat());
}

const STEP = 1e-6;

/** Kinks that a difference steps over make single directions differ: most of all must agree to the last digits. */
function agreement(graph: Graph, samples: Float32Array, random: Random): number[] {
  const size = elementCount(getValue(graph, graph.outputs[0]).type.shape);
  const factors = Float64Array.from({ length: size }, () => random.normal());
  const { gradients } = evaluate(graph, samples, factors, new Map());
  return [...gradients].map(([id, gradient]) => {
    const start = Float64Array.from(getValue(graph, id).data as Float32Array);
    const direction = start.map(() => random.normal());
    const lossAt = (step: number): number =>
      evaluate(graph, samples, factors, new Map([[id, start.map((w, i) => w + step * direction[i])]])).loss;
    const expected = (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
    const actual = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  });
}

describe('operators in training', () => {
  const kinds = Object.keys(TRAINED_OPERATORS) as OpKind[];

  it.each(kinds)('%s', (kind) => {
    const random = createRandom(5, `trained:${kind}`);
    const draw = floatCases[kind] as (random: Random, index: number) => FloatCase<AttributesOf<OpKind>>;
    let tried = 0;
    const errors: number[] = [];
    for (let index = 0; index < CASES; index++) {
      const graph = graphOf(kind, draw(random, index), random);
      const samples = Float32Array.from({ length: ROWS * INPUTS }, () => random.normal());
      try {
        const { values } = evaluate(graph, samples, new Float64Array(1e5), new Map());
        const expected = interpreted(graph, samples);
        for (const [i, value] of values.entries()) {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected[i])));
        }
      } catch (error) {
        // Several images in a sample, groups of channels, softmax with a beta.
        if (error instanceof TinymlError && error.code === 'untrainable-operator') continue;
        throw error;
      }
      tried++;
      errors.push(...agreement(graph, samples, random));
    }
    expect(tried).toBeGreaterThan(0);
    expect(errors.toSorted((a, b) => a - b)[Math.floor(errors.length * 0.8)]).toBeLessThan(1e-6);
  });

  it('are all that are linear', () => {
    const linear = ['fully_connected', 'conv_2d', 'depthwise_conv_2d'] as const;
    expect(linear.every((kind) => isLinear({ kind } as never) && TRAINED_OPERATORS[kind] !== undefined)).toBe(
      true,
    );
  });
});
