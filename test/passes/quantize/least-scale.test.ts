import { describe, expect, it } from 'vitest';
import type { PerTensorQuant } from '../../../src/core/quant-params.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { leastScale } from '../../../src/passes/quantize/least-scale.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

/** Inputs were seen from −1 to 1, everything else at zero and at `least` alone. */
function quantized(graph: Graph, least: number, densePerChannel = false): Graph {
  const ranges = new Map(
    [...graph.values.keys()].map((id) => [
      id,
      graph.inputs.includes(id) ? { min: -1, max: 1 } : { min: 0, max: least },
    ]),
  );
  return runPasses(graph, [quantizePass(ranges, { densePerChannel })]);
}

const scaleOf = (graph: Graph, id: ValueId | undefined): number =>
  (getValue(graph, id as ValueId).type.quant as PerTensorQuant).scale;

const activation = 'none' as const;
type Build = (b: FloatBuilder, x: ValueId) => ValueId;

const OPERATORS: readonly (readonly [string, Build])[] = [
  ['FULLY_CONNECTED', (b, x) => b.dense('y', x, 3, 'relu')],
  ['ADD', (b, x) => b.add('add', 'y', { activation }, [x, b.in('x2', 1, 4)])],
  ['SUB', (b, x) => b.add('sub', 'y', { activation }, [x, b.in('x2', 1, 4)])],
  ['ADD_N', (b, x) => b.add('add_n', 'y', {}, [x, b.in('x2', 1, 4), b.in('x3', 1, 4)])],
  ['MUL', (b, x) => b.add('mul', 'y', { activation }, [x, b.in('x2', 1, 4)])],
  ['SQUARED_DIFFERENCE', (b, x) => b.add('squared_difference', 'y', {}, [x, b.const('c', [4])])],
  ['RELU', (b, x) => b.add('relu', 'y', {}, [x])],
  ['LEAKY_RELU', (b, x) => b.add('leaky_relu', 'y', { alpha: 0.1 }, [x])],
  ['PRELU', (b, x) => b.add('prelu', 'y', {}, [x, b.const('slopes', [4])])],
  ['HARD_SWISH', (b, x) => b.add('hard_swish', 'y', {}, [x])],
  ['MEAN', (b, x) => b.add('mean', 'y', { axes: [1], keepDims: false }, [x])],
  ['SUM', (b, x) => b.add('sum', 'y', { axes: [1], keepDims: false }, [x])],
];

describe('an output that was never seen away from zero', () => {
  it.each(OPERATORS)('%s has steps within reach of its inputs, and saturates', (_, build) => {
    const graph = graphOf((b) => [build(b, b.in('x', 1, 4))]);
    const int8 = quantized(graph, 0);
    const node = int8.nodes.at(-1) as Node;
    const least = leastScale(
      node.kind,
      node.inputs.map((id) => scaleOf(int8, id)),
    );
    expect(scaleOf(int8, node.outputs[0])).toBe(Math.fround(least));
    const interpreter = createInterpreter(int8);
    const invoke = (value: number): number => {
      const inputs = interpreter.inputs.map(() => new Int8Array(4).fill(value));
      return (interpreter.invoke(inputs)[0] as Int8Array)[0];
    };
    const float = createInterpreter(graph);
    for (const value of [-128, 127]) {
      const real = value / 127.5;
      const [wanted] = float.invoke(
        float.inputs.map(() => new Float32Array(4).fill(real)),
      )[0] as Float32Array;
      const steps = wanted / scaleOf(int8, node.outputs[0]);
      if (Math.abs(steps) > 300) expect(invoke(value)).toBe(steps > 0 ? 127 : -128);
    }
  });

  it('lets TFLM take the bias of FULLY_CONNECTED', () => {
    const graph = graphOf((b) => [b.dense('y', b.in('x', 1, 4), 3, 'relu')]);
    const int8 = quantized(graph, 0);
    const [node] = int8.nodes;
    const [input, weights, bias] = node.inputs.map((id) => scaleOf(int8, id));
    const difference = Math.abs(input * weights - bias);
    expect(difference).toBeGreaterThan(0);
    expect(difference / scaleOf(int8, node.outputs[0])).toBeLessThan(0.02);
  });

  it('lets TFLM take the sums of ADD', () => {
    const int8 = quantized(
      graphOf((b) => [b.add('add', 'y', { activation }, [b.in('a', 1, 4), b.in('b', 1, 4)])]),
      0,
    );
    expect((2 * (2 / 255)) / (2 ** 20 * scaleOf(int8, int8.outputs[0]))).toBeLessThan(1);
  });
});

it('what is seen to move has the scale of its range', () => {
  const int8 = quantized(
    graphOf((b) => [b.dense('y', b.in('x', 1, 4), 3)]),
    0.5,
  );
  expect(scaleOf(int8, int8.outputs[0])).toBe(Math.fround(0.5 / 255));
});

it('a function that is not nearly linear may have any scale', () => {
  expect(leastScale('elu', [1])).toBe(0);
});
