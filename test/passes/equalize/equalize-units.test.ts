import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import type { FusedActivation } from '../../../src/ops/fused-activation.ts';
import { equalizeUnits } from '../../../src/passes/equalize/equalize-units.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { expectSameResults, type FloatBuilder, graphOf } from '../run-pass.ts';

const pass = equalizeUnits({ densePerChannel: false });
const perChannel = equalizeUnits({ densePerChannel: true });

/** Node `index` of a graph with its weights, as numbers. */
function weightsOf(graph: Graph, index: number): Float32Array {
  return getValue(graph, graph.nodes[index].inputs[1] as ValueId).data as Float32Array;
}

const constants = (graph: Graph): unknown[] =>
  graph.nodes.map((node: Node) =>
    node.inputs.slice(1).map((id) => (id === undefined ? undefined : getValue(graph, id).data)),
  );

/** Factors from 1/10 to 10. */
function factors(count: number): number[] {
  const random = createRandom(3, 'uneven units');
  return Array.from({ length: count }, () => 10 ** (2 * random.uniform() - 1));
}

/** The graph with the units, 8 of them, of its first weighted operator a hundredfold apart. */
function uneven(graph: Graph): Graph {
  const first = graph.nodes.find(({ inputs }) => inputs.length > 1) as Node;
  const [, weights, bias] = first.inputs as readonly ValueId[];
  const by = factors(8);
  const values = new Map(graph.values);
  for (const id of [weights, bias]) {
    const value = getValue(graph, id);
    const perUnit = value.type.shape.length === 4 && first.kind === 'depthwise_conv_2d' ? 1 : undefined;
    const size = (value.data as Float32Array).length;
    const unitOf = (i: number): number => (perUnit === undefined ? Math.floor(i / (size / 8)) : i % 8);
    values.set(id, { ...value, data: (value.data as Float32Array).map((x, i) => x * by[unitOf(i)]) });
  }
  return { ...graph, values };
}

/** With what the units of an uneven graph got taken from the operator behind, whose weights have them along the last axis. */
function compensated(graph: Graph): Graph {
  const id = graph.nodes[1].inputs[1] as ValueId;
  const value = getValue(graph, id);
  const by = factors(8);
  const data = (value.data as Float32Array).map((x, index) => x / by[index % 8]);
  return { ...graph, values: new Map(graph.values).set(id, { ...value, data }) };
}

const unevenOf = (build: (b: FloatBuilder) => readonly ValueId[]): Graph => uneven(graphOf(build));

const dense = (activation: FusedActivation) =>
  unevenOf((b) => [b.dense('second', b.dense('first', b.in('x', 1, 3), 8, activation), 2)]);

function expectEqualized(graph: Graph): void {
  const after = runPasses(graph, [pass]);
  expectSameResults(graph, after);
  expect(constants(after)).not.toEqual(constants(graph));
  expect(after.nodes.map(({ kind }) => kind)).toEqual(graph.nodes.map(({ kind }) => kind));
  // The second run finds nothing to do.
  expect(constants(runPasses(after, [pass]))).toEqual(constants(after));
}

function expectLeftAlone(graph: Graph): void {
  expect(constants(runPasses(graph, [pass]))).toEqual(constants(graph));
}

const image = (b: FloatBuilder): ValueId =>
  b.conv('first', b.in('x', 1, 6, 6, 3), 8, 3, { activation: 'relu' });
const pool = { padding: 'same', strides: [2, 2], filter: [2, 2], activation: 'none' } as const;
const around = (last: readonly [number, number]) => ({ paddings: [[0, 0], [1, 1], [1, 1], last] }) as const;

describe('equalize-units', () => {
  it('makes the largest incoming and outgoing weights of a unit alike', () => {
    const after = runPasses(dense('relu'), [pass]);
    const largest = (data: Float32Array, has: (index: number) => boolean): number =>
      data.reduce((most, value, index) => (has(index) ? Math.max(most, Math.abs(value)) : most), 0);
    for (let unit = 0; unit < 8; unit++) {
      const incoming = largest(weightsOf(after, 0), (index) => Math.floor(index / 3) === unit);
      expect(incoming / largest(weightsOf(after, 1), (index) => index % 8 === unit)).toBeCloseTo(1, 5);
    }
  });

  it.each<[string, Graph]>([
    ['RELU units', dense('relu')],
    ['units without an activation', dense('none')],
    [
      'a RELU of its own',
      unevenOf((b) => [b.dense('y', b.add('relu', 'relu', {}, [b.dense('first', b.in('x', 1, 3), 8)]), 2)]),
    ],
    ['a convolution', unevenOf((b) => [b.conv('second', image(b), 4, 3)])],
    ['a depthwise convolution', unevenOf((b) => [b.depthwise('second', image(b), 2, 3)])],
    [
      'a depthwise convolution and what reads it',
      unevenOf((b) => [
        b.conv('second', b.depthwise('first', b.in('x', 1, 6, 6, 8), 1, 3, { activation: 'relu' }), 4, 1),
      ]),
    ],
    ['padding', unevenOf((b) => [b.conv('second', b.add('pad', 'pad', around([0, 0]), [image(b)]), 4, 3)])],
    ['maxima', unevenOf((b) => [b.conv('second', b.add('max_pool_2d', 'pool', pool, [image(b)]), 4, 3)])],
    [
      'averages',
      unevenOf((b) => [b.conv('second', b.add('average_pool_2d', 'pool', pool, [image(b)]), 4, 3)]),
    ],
    [
      'a mean over the image',
      unevenOf((b) => [
        b.dense('y', b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [image(b)]), 2),
      ]),
    ],
    [
      'several pixels in a row',
      unevenOf((b) => [b.dense('y', b.add('reshape', 'flat', { newShape: [1, 288] }, [image(b)]), 2)]),
    ],
  ])('scales through %s', (_, graph) => expectEqualized(graph));

  it.each<[string, Graph]>([
    ['RELU6, whose limit a scale would move', dense('relu6')],
    ['RELU_N1_TO_1, whose limits a scale would move', dense('relu_n1_to_1')],
    [
      'a pool with the limit of RELU6',
      unevenOf((b) => {
        const pooled = b.add('max_pool_2d', 'pool', { ...pool, activation: 'relu6' }, [image(b)]);
        return [b.conv('second', pooled, 4, 3)];
      }),
    ],
    [
      'other operators',
      unevenOf((b) => [b.dense('y', b.add('tanh', 'tanh', {}, [b.dense('first', b.in('x', 1, 3), 8)]), 2)]),
    ],
    [
      'a mean over the channels',
      unevenOf((b) => {
        const wide = b.conv('first', b.in('x', 1, 6, 8, 3), 8, 3, { activation: 'relu' });
        return [b.dense('y', b.add('mean', 'mean', { axes: [3], keepDims: false }, [wide]), 2)];
      }),
    ],
    [
      'more channels',
      unevenOf((b) => [b.conv('second', b.add('pad', 'pad', around([0, 8]), [image(b)]), 4, 3)]),
    ],
    [
      'a reshape that tears the units apart',
      unevenOf((b) => [
        b.conv('second', b.add('reshape', 'r', { newShape: [1, 6, 12, 4] }, [image(b)]), 4, 3),
      ]),
    ],
  ])('does not scale through %s', (_, graph) => expectLeftAlone(graph));

  it('leaves units alone that something else reads: a node, an output, or the same weights', () => {
    const first = (b: FloatBuilder): ValueId => b.dense('first', b.in('x', 1, 3), 8, 'relu');
    const two = unevenOf((b) => {
      const units = first(b);
      return [b.add('add', 'sum', { activation: 'none' }, [units, b.dense('second', units, 8)])];
    });
    const output = unevenOf((b) => {
      const units = first(b);
      return [units, b.dense('second', units, 2)];
    });
    const shared = unevenOf((b) => {
      const weights = b.const('shared', [8, 8]);
      const layer = (name: string, input: ValueId): ValueId =>
        b.add('fully_connected', name, { activation: 'relu', keepNumDims: false }, [
          input,
          weights,
          undefined,
        ]);
      return [layer('third', layer('second', first(b)))];
    });
    for (const graph of [two, output, shared]) expectLeftAlone(graph);
  });

  it.each([0, 1e-10, 1e-38])('leaves a unit alone that is off, with weights of %d', (size) => {
    const graph = dense('relu');
    const isOff = (index: number): boolean => index < 3;
    const off = weightsOf(graph, 0).map((weight, index) => (isOff(index) ? size : weight));
    const id = graph.nodes[0].inputs[1] as ValueId;
    const uneven = { ...graph, values: new Map(graph.values).set(id, { ...getValue(graph, id), data: off }) };
    expectEqualized(uneven);
    const after = weightsOf(runPasses(uneven, [pass]), 0);
    expect(after.filter((_, index) => isOff(index))).toEqual(off.filter((_, index) => isOff(index)));
  });

  it('leaves channels that are alike as they are, where weights have a scale for each', () => {
    const graph = graphOf((b) => [b.conv('second', image(b), 4, 3)]);
    expectLeftAlone(graph);
    const layers = graphOf((b) => [b.dense('second', b.dense('first', b.in('x', 1, 64), 8, 'relu'), 16)]);
    expect(constants(runPasses(layers, [perChannel]))).toEqual(constants(layers));
    expect(constants(runPasses(layers, [pass]))).not.toEqual(constants(layers));
  });

  const records = ({ inputs, values }: Graph, seed: number) => {
    const { shape } = values.get(inputs[0])?.type ?? { shape: [] };
    const random = createRandom(seed, 'equalize');
    const data = Float32Array.from({ length: 64 * elementCount(shape) }, () => random.normal());
    return { shape: [64, ...shape.slice(1)], data };
  };

  it.each<[string, Graph, number]>([
    ['Dense layers', dense('relu'), 5],
    ['convolutions', unevenOf((b) => [b.conv('second', image(b), 4, 3)]), 3],
    [
      'a depthwise convolution',
      unevenOf((b) => [b.conv('third', b.depthwise('second', image(b), 1, 3, { activation: 'relu' }), 4, 1)]),
      3,
    ],
  ])('%s whose units are uneven and matter alike lose less to int8', async (_, build, leastGainDb) => {
    const graph = compensated(build);
    const calibration = arrayRecords(records(graph, 1));
    const test = records(graph, 2);
    const noise = async (without: readonly string[]): Promise<number> => {
      const { bytes } = await convertModel(graph, { calibration, without });
      return sqnr(runReal(readTflite(bytes).graph, test).data, runReal(graph, test).data);
    };
    expect(await noise([])).toBeGreaterThan((await noise(['equalize-units'])) + leastGainDb);
  });
});
