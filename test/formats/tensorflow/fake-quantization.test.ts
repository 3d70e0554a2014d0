/** FakeQuant: as a float graph by TensorFlow's formula, and as an int8 one with the scales that the file has. */

import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { constant, graphBytes, placeholder, type TestNode } from './graph-file.ts';

interface Range {
  readonly min: number;
  readonly max: number;
  readonly bits?: number;
  readonly narrow?: boolean;
}

/** By the definition: the range is moved until 0 is a step of it, and halves are rounded up. */
function fakeQuant(value: number, { min, max, bits = 8, narrow = false }: Range): number {
  const [least, most] = [narrow ? 1 : 0, 2 ** bits - 1];
  const scale = (max - min) / (most - least);
  const zero = Math.min(most, Math.max(least, Math.round(least - min / scale)));
  const [low, high] = [(least - zero) * scale, (most - zero) * scale];
  return Math.floor((Math.min(high, Math.max(low, value)) - low) / scale + 0.5) * scale + low;
}

function scaleOf({ min, max, bits = 8, narrow = false }: Range): number {
  return (max - min) / (2 ** bits - 1 - (narrow ? 1 : 0));
}

function ramp(count: number, most: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin(1.7 * index + 0.3) * most);
}

const attributesOf = ({
  min,
  max,
  bits = 8,
  narrow = false,
}: Range): NonNullable<TestNode['attributes']> => ({
  min: { float: min },
  max: { float: max },
  num_bits: bits,
  narrow_range: narrow,
});

function overRange(name: string, input: string, { min, max }: Range): readonly TestNode[] {
  return [
    constant(`${name}/min`, [], [min]),
    constant(`${name}/max`, [], [max]),
    {
      name,
      operator: 'FakeQuantWithMinMaxVars',
      inputs: [input, `${name}/min`, `${name}/max`],
      attributes: { num_bits: 8, narrow_range: false },
    },
  ];
}

describe('FakeQuant', () => {
  it.each<[string, Range]>([
    ['of 8 bits', { min: -1.3, max: 2.9 }],
    ['from 0', { min: 0, max: 6 }],
    ['to 0', { min: -3, max: 0 }],
    ['of a narrow range', { min: -2.5, max: 2.5, narrow: true }],
    ['of 4 bits', { min: -1, max: 3, bits: 4 }],
  ])('%s is what it is by definition, but for ties, where it is a step', async (_, range) => {
    const node = {
      name: 'y',
      operator: 'FakeQuantWithMinMaxArgs',
      inputs: ['x'],
      attributes: attributesOf(range),
    };
    const graph = await readModel(graphBytes([placeholder('x', [1, 400]), node]));
    const input = ramp(400, 4);
    const [output] = createInterpreter(graph).invoke([input]);
    for (const [index, value] of input.entries())
      expect(Math.abs(Number(output[index]) - fakeQuant(value, range))).toBeLessThan(1e-5);
  });

  it('of constants is computed at once, with a range for each channel', async () => {
    const ranges = [
      { min: -1, max: 1.2 },
      { min: -4, max: 0.5 },
      { min: 0, max: 3 },
    ];
    const values = ramp(12, 3);
    const graph = await readModel(
      graphBytes([
        placeholder('x', [4, 3]),
        constant('w', [4, 3], [...values]),
        constant(
          'min',
          [3],
          ranges.map(({ min }) => min),
        ),
        constant(
          'max',
          [3],
          ranges.map(({ max }) => max),
        ),
        {
          name: 'q',
          operator: 'FakeQuantWithMinMaxVarsPerChannel',
          inputs: ['w', 'min', 'max'],
          attributes: { num_bits: 8, narrow_range: false },
        },
        { name: 'y', operator: 'AddV2', inputs: ['x', 'q'] },
      ]),
    );
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['add']);
    const [output] = createInterpreter(graph).invoke([new Float32Array(12)]);
    for (const [index, value] of values.entries())
      expect(Number(output[index])).toBeCloseTo(fakeQuant(value, ranges[index % 3]), 5);
  });

  it.each<[string, Partial<Range>, RegExp]>([
    ['of more bits than int8 has', { bits: 16 }, /it rounds to 16 bits/],
    ['without 0', { min: 1, max: 2 }, /from 1 to 2, a range in which 0 must be/],
    ['of nothing', { min: 0, max: 0 }, /from 0 to 0, a range/],
  ])('%s is refused', async (_, changes, sentence) => {
    const attributes = attributesOf({ min: -1, max: 1, ...changes });
    const node = { name: 'y', operator: 'FakeQuantWithMinMaxArgs', inputs: ['x'], attributes };
    await expect(readModel(graphBytes([placeholder('x', [1, 4]), node]))).rejects.toThrow(sentence);
  });
});

describe('a network that was trained with it', () => {
  const RANGES = { x: { min: -2, max: 1.9 }, w: { min: -0.9, max: 0.85 }, y: { min: 0, max: 5 } };
  const weights = ramp(6 * 4, 0.9);
  const nodes = [
    placeholder('x', [1, 6]),
    ...overRange('xq', 'x', RANGES.x),
    constant('w', [6, 4], [...weights]),
    ...overRange('wq', 'w', RANGES.w),
    { name: 'product', operator: 'MatMul', inputs: ['xq', 'wq'] },
    { name: 'relu', operator: 'Relu', inputs: ['product'] },
    ...overRange('y', 'relu', RANGES.y),
  ];

  it('is int8 with its scales and without samples, at most a step from what the file computes', async () => {
    const float = await readModel(graphBytes(nodes));
    const { bytes } = await convertModel(float, { type: 'int8', io: 'float' });
    const { graph } = readTflite(bytes);
    const scales = [...graph.values.values()].flatMap(({ type: { dtype, quant } }) =>
      dtype === 'int8' && quant?.scheme === 'per-tensor' ? [quant] : [],
    );
    const step = scaleOf(RANGES.y);
    expect(scales).toContainEqual(perTensor(scaleOf(RANGES.x), Math.round(2 / scaleOf(RANGES.x)) - 128));
    expect(scales).toContainEqual(perTensor(step, -128));
    const [expected, actual] = [float, graph].map((one) => createInterpreter(one));
    for (let record = 0; record < 50; record++) {
      const input = ramp(6, 2.2).map((value, at) => value * Math.cos(record * (at + 1)));
      const [wanted] = expected.invoke([input]);
      const [got] = actual.invoke([input]);
      const furthest = Math.max(
        ...Array.from(wanted as Float32Array, (value, at) => Math.abs(value - Number(got[at]))),
      );
      expect(furthest).toBeLessThan(1.01 * step);
    }
    expect(getValue(graph, graph.outputs[0]).type.dtype).toBe('float32');
  });
});
