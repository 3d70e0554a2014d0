import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../../src/data/records/records.ts';
import { readTflite } from '../../../../src/formats/tflite/read.ts';
import type { Graph, ValueId } from '../../../../src/ir/graph.ts';
import { convertModel } from '../../../../src/models/convert/convert-model.ts';
import { predictReal } from '../../../../src/models/run/predict-records.ts';
import { roomForZero } from '../../../../src/passes/quantize/ranges/room-for-zero.ts';
import { type FloatBuilder, graphOf } from '../../run-pass.ts';

it('roomForZero leaves all that was seen to be something', () => {
  const ranges = new Map([1e-7, 0, 3].map((max, id) => [id as ValueId, { min: 0, max }]));
  expect([...roomForZero(ranges).values()]).toEqual([
    { min: 0, max: 1e-7 },
    { min: -(2 ** -13), max: 2 ** -13 },
    { min: 0, max: 3 },
  ]);
});

/** Of numbers from 0 to 0.9 an operator on what is always 0, beside the numbers themselves. */
function networkOf(add: (b: FloatBuilder, zero: ValueId) => ValueId): Graph {
  return graphOf((b) => {
    const x = b.in('x', 1, 4);
    const zero = b.add('floor', 'zero', {}, [x]);
    return [b.dense('out', b.add('add', 'sum', { activation: 'none' }, [add(b, zero), x]), 2)];
  });
}

const SAMPLES = {
  shape: [32, 4],
  data: Float32Array.from({ length: 128 }, (_, i) => 0.9 * Math.abs(Math.sin(i))),
};

async function outputsOf(bytes: Uint8Array): Promise<number[]> {
  const outputs: number[] = [];
  const take = (results: Float32Array): void => void outputs.push(...results);
  await predictReal(readTflite(bytes).graph, arrayRecords(SAMPLES), {}, take);
  return outputs;
}

const convert = (graph: Graph, type: 'float' | 'int8' | 'int16x8') =>
  convertModel(graph, {
    type,
    ...(type === 'float' ? {} : { calibration: arrayRecords(SAMPLES) }),
  });

describe.each(['int8', 'int16x8'] as const)('%s of values that are always zero', (type) => {
  it.each([
    ['softmax', { beta: 1 }],
    ['log_softmax', {}],
    ['hard_swish', {}],
    ['relu6', {}],
    ['logistic', {}],
  ] as const)('%s', async (kind, attributes) => {
    const graph = networkOf((b, zero) => b.add(kind, kind, attributes as never, [zero]));
    const real = await outputsOf((await convert(graph, 'float')).bytes);
    const outputs = await outputsOf((await convert(graph, type)).bytes);
    const farthest = Math.max(...outputs.map((output, i) => Math.abs(output - real[i])));
    expect(farthest).toBeLessThan(0.02 * Math.max(...real.map(Math.abs)));
  });

  it.each(['rsqrt', 'log'] as const)('%s is infinite there, which is said of its tensor', async (kind) => {
    const graph = networkOf((b, zero) => b.add(kind, 'endless', {}, [zero]));
    await expect(convert(graph, type)).rejects.toThrow('becomes infinite, or no number');
  });
});

it('RELU6 in int16 takes an input that is always zero', async () => {
  const graph = graphOf((b) => [b.dense('out', b.add('relu6', 'limited', {}, [b.in('x', 1, 4)]), 2)]);
  const calibration = arrayRecords({ shape: [8, 4], data: new Float32Array(32) });
  await expect(convertModel(graph, { type: 'int16x8', calibration })).resolves.toBeDefined();
});
