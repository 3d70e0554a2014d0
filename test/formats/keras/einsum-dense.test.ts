import { describe, expect, it } from 'vitest';
import type { NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';

/** Small numbers without any order, the same in every run. */
function scattered(shape: Shape, seed: number): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, (_, index) =>
    Math.sin(seed + 7.3 * index * index),
  );
}

function weight(name: string, shape: Shape, seed: number): NamedWeight {
  return { name: `e/${name}`, shape, data: scattered(shape, seed) };
}

function graphOf(config: JsonObject, shape: Shape, weights: readonly NamedWeight[]): Graph {
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, ...shape] } },
    { class_name: 'EinsumDense', config: { name: 'e', ...config } },
  ] as const;
  const topology: JsonObject = {
    class_name: 'Sequential',
    config: { name: 's', layers },
    keras_version: '3.5.0',
  };
  return importKeras({ topology, weights });
}

function run(graph: Graph, x: Float32Array) {
  const interpreter = createInterpreter(graph);
  const [output] = interpreter.invoke([x]) as readonly [Float32Array];
  return { output, shape: interpreter.outputs[0].shape };
}

describe('EinsumDense', () => {
  const [steps, depth, units] = [4, 3, 5];
  const x = scattered([steps, depth], 1);
  const kernel = weight('kernel', [depth, units], 2);
  const bias = weight('bias', [units], 3);
  const dense = (step: number, unit: number): number => {
    const sum = Array.from({ length: depth }, (_, i) => x[step * depth + i] * kernel.data[i * units + unit]);
    return sum.reduce((total, value) => total + value, bias.data[unit]);
  };

  it.each([
    ['abc,cd->abd', [null, units]],
    ['abc,cd->abd', [steps, units]],
    ['...x,xy->...y', units],
  ] as const)('of %s is a Dense layer', (equation, outputShape) => {
    const config = {
      equation,
      output_shape: outputShape,
      bias_axes: equation.at(-1) as string,
      activation: 'relu',
    };
    const graph = graphOf(config, [steps, depth], [kernel, bias]);
    const { output, shape } = run(graph, x);
    expect(shape).toEqual([1, steps, units]);
    for (const [at, value] of output.entries()) {
      expect(value).toBeCloseTo(Math.max(dense(Math.floor(at / units), at % units), 0), 5);
    }
    const kinds = simplifyFloat(graph).nodes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'reshape')).toEqual(['fully_connected']);
  });

  it('sums over several axes, with a bias over one of two', () => {
    const [heads, size] = [2, 3];
    const input = scattered([steps, heads, size], 4);
    const kernels = weight('kernel', [heads, size, depth, units], 5);
    const biases = weight('bias', [depth, 1], 6);
    const config = { equation: 'bthd,hdxy->btxy', output_shape: [null, depth, units], bias_axes: 'x' };
    const { output, shape } = run(graphOf(config, [steps, heads, size], [kernels, biases]), input);
    expect(shape).toEqual([1, steps, depth, units]);
    for (const [at, value] of output.entries()) {
      const [step, x, y] = [Math.floor(at / depth / units), Math.floor(at / units) % depth, at % units];
      let sum = biases.data[x];
      for (let i = 0; i < heads * size; i++) {
        sum += input[step * heads * size + i] * kernels.data[(i * depth + x) * units + y];
      }
      expect(value).toBeCloseTo(sum, 5);
    }
  });

  it('takes axes that the equation leaves out behind the others', () => {
    const config = { equation: 'ab...,bc->ac...', output_shape: units, bias_axes: 'c' };
    const kernels = weight('kernel', [steps, units], 5);
    const biases = weight('bias', [units, 1], 6);
    const { output, shape } = run(graphOf(config, [steps, depth], [kernels, biases]), x);
    expect(shape).toEqual([1, units, depth]);
    for (const [at, value] of output.entries()) {
      const [unit, channel] = [Math.floor(at / depth), at % depth];
      let sum = biases.data[unit];
      for (let i = 0; i < steps; i++) sum += x[i * depth + channel] * kernels.data[i * units + unit];
      expect(value).toBeCloseTo(sum, 5);
    }
  });

  it.each([
    [{ equation: 'abc,cd->abd' }, '"output_shape" is null'],
    [{ equation: 'abc,cd->abd', output_shape: [null, null] }, 'the size of axis "d" of its equation is -1.'],
    [{ equation: 'abc,cd->abd', output_shape: [1, 2, 3, 4] }, '"output_shape" is [1, 2, 3, 4] for 3 axes.'],
    [
      { equation: 'abc,cd->abd', output_shape: [4, 1e9] },
      'its weight "e/kernel" has shape [3, 5] instead of [3, 1000000000].',
    ],
    [{ equation: 'abc,cd->abd', output_shape: [4, 5], bias_axes: 'z' }, '"bias_axes" is "z"'],
    [{ equation: 'abcd,de->abce', output_shape: [4, 5] }, 'has 4 letters for 3 axes'],
    [{ equation: 'abc,cc->abc', output_shape: [4, 5] }, 'takes the diagonal'],
    [{ equation: 5, output_shape: [4, 5] }, '"equation" is 5 instead of a text.'],
    [{ output_shape: [4, 5] }, 'its equation is ""'],
  ])('refuses %j', (config, message) => {
    expect(() => graphOf(config, [steps, depth], [kernel, bias])).toThrow(message);
  });
});
