import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { denseBiases, zeroBiases } from '../../src/passes/zero-biases.ts';
import { expectUntouched, graphOf, passText } from './run-pass.ts';

const window = { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;

/** CONV_2D 2×2 of 3×3×2 to 3 channels, without a bias; weights with the given scales, input of the given type. */
function convolution(dtype: 'int8' | 'int16', scales: readonly number[]): Graph {
  const random = createRandom(3, 'zero biases');
  const quant = scales.length === 1 ? perTensor(scales[0], 0) : perAxis(0, [...scales]);
  const activation = (shape: readonly number[], zeroPoint: number): TensorType => ({
    dtype,
    shape,
    quant: perTensor(0.5, zeroPoint),
  });
  const weights: TensorType = { dtype: 'int8', shape: [3, 2, 2, 2], quant };
  const data = Int8Array.from({ length: 24 }, () => random.below(255) - 127);
  return {
    values: new Map([
      [0, { id: 0, name: 'x', type: activation([1, 3, 3, 2], dtype === 'int8' ? 5 : 0) }],
      [1, { id: 1, name: 'w', type: weights, data }],
      [2, { id: 2, name: 'y', type: activation([1, 2, 2, 3], dtype === 'int8' ? -9 : 0) }],
    ]),
    nodes: [nodeOf('conv_2d', 'y', window, [0, 1], [2])],
    inputs: [0],
    outputs: [2],
  };
}

function biasOf({ nodes, values }: Graph) {
  const [, , bias] = nodes[0].inputs;
  return bias === undefined ? undefined : values.get(bias);
}

describe('zero-biases', () => {
  it('gives convolutions of both kinds one, and no other operator', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 5, 5, 2);
      const conv = b.add('conv_2d', 'conv', window, [x, b.const('w', [4, 2, 2, 2])]);
      const depthwise = { ...window, depthMultiplier: 1 };
      const deep = b.add('depthwise_conv_2d', 'deep', depthwise, [conv, b.const('v', [1, 2, 2, 4])]);
      return [b.dense('y', deep, 3, 'none', false)];
    });
    const text = passText(graph, zeroBiases);
    expect(text.match(/zero_bias/g)?.length).toBeGreaterThanOrEqual(2);
    expect(
      runPasses(graph, [zeroBiases]).nodes.map(
        ({ inputs }) => inputs.filter((id) => id !== undefined).length,
      ),
    ).toEqual([3, 3, 2]);
  });

  it('leaves those that have one alone', () => {
    expectUntouched(
      graphOf((b) => [b.conv('y', b.in('x', 1, 4, 4, 2), 3, 2)]),
      zeroBiases,
    );
  });

  it.each([[[0.25]], [[0.25, 0.5, 0.125]]])(
    'writes int8 ones in the scale of the accumulator, %j, and keeps every byte',
    (scales) => {
      const before = convolution('int8', scales);
      const after = runPasses(before, [zeroBiases]);
      const bias = biasOf(after);
      expect(bias?.data).toEqual(new Int32Array(3));
      const products = scales.map((scale) => scale * 0.5);
      expect(bias?.type.quant).toEqual(
        scales.length === 1 ? perTensor(products[0], 0) : perAxis(0, products),
      );
      const random = createRandom(4, 'inputs');
      for (let record = 0; record < 20; record++) {
        const x = Int8Array.from({ length: 18 }, () => random.below(256) - 128);
        const [results] = [before, after].map((graph) => createInterpreter(graph).invoke([x]));
        expect(createInterpreter(after).invoke([x])).toEqual(results);
      }
    },
  );

  it('writes int16 ones as int64, in which TFLM adds up without them too, and keeps every byte', () => {
    const before = convolution('int16', [0.25, 0.5, 0.125]);
    const after = runPasses(before, [zeroBiases]);
    const bias = biasOf(after);
    expect(bias?.data).toEqual(new BigInt64Array(3));
    expect(bias?.type.quant).toEqual(perAxis(0, [0.125, 0.25, 0.0625]));
    const random = createRandom(5, 'inputs');
    for (let record = 0; record < 20; record++) {
      const x = Int16Array.from({ length: 18 }, () => random.below(65536) - 32768);
      const [expected] = createInterpreter(before).invoke([x]);
      expect(createInterpreter(after).invoke([x])).toEqual([expected]);
      expect(new Set(expected as Int16Array).size).toBeGreaterThan(1);
    }
  });

  it('leaves int16 alone that asks for sums of 32 bits', () => {
    const { nodes, ...rest } = convolution('int16', [0.25]);
    const node = nodeOf('conv_2d', 'y', { ...window, accumulator: 'int32' }, [0, 1], [2]);
    const graph = { ...rest, nodes: [node] };
    expect(nodes.length).toBe(1);
    expect(zeroBiases.run(graph)).toBe(graph);
  });
});

it('dense-biases gives fully connected layers one, and no other operator', () => {
  const graph = graphOf((b) => {
    const conv = b.add('conv_2d', 'conv', window, [b.in('x', 1, 5, 5, 2), b.const('w', [4, 2, 2, 2])]);
    return [b.dense('y', conv, 3, 'none', false)];
  });
  const { nodes } = runPasses(graph, [denseBiases]);
  expect(nodes.map(({ inputs }) => inputs.length)).toEqual([2, 3]);
  expect(passText(graph, denseBiases)).toContain('zero_bias: float32[3] = constant 0 0 0\n');
});
