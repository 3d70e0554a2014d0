import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import type { FusedActivation } from '../../../src/ops/fused-activation.ts';
import { equalizeChannels } from '../../../src/passes/equalize/equalize-channels.ts';
import {
  activationNoise,
  type NoiseTerm,
  weightNoise,
} from '../../../src/passes/equalize/predicted-noise.ts';
import { expectSameResults, type FloatBuilder, graphOf } from '../run-pass.ts';

const random = createRandom(7, 'equalize');
const draw = (length: number) => Float64Array.from({ length }, () => 0.1 + random.uniform());

/** The gradient of a term against differences of its value. */
function expectGradient(term: NoiseTerm, parameters: number): void {
  const logarithms = Float64Array.of(0, ...draw(parameters));
  const at = (values: Float64Array, gradient = new Float64Array(1 + parameters)): number =>
    term({ factors: values.map(Math.exp), gradient });
  const gradient = new Float64Array(1 + parameters);
  at(logarithms, gradient);
  for (let i = 1; i <= parameters; i++) {
    const moved = (by: number): Float64Array => logarithms.map((value, j) => (i === j ? value + by : value));
    const slope = (at(moved(1e-5)) - at(moved(-1e-5))) / 2e-5;
    expect(gradient[i] / slope).toBeCloseTo(1, 4);
  }
}

describe('predicted noise', () => {
  const places = Int32Array.of(1, 2, 3, 0);

  it('knows its slope where activations are rounded', () => {
    expectGradient(activationNoise({ steps: 255, places, reach: draw(4), weight: draw(4) }), 3);
  });

  it.each([true, false])('knows its slope where weights are, with one scale: %s', (hasOneScale) => {
    const outputs = Int32Array.of(4, 5);
    const term = weightNoise({
      inputs: places,
      outputs,
      sizes: draw(8),
      power: draw(4),
      outputPower: 2,
      hasOneScale,
    });
    expectGradient(
      (point) =>
        term(point) +
        activationNoise({ steps: 255, places: outputs, reach: draw(0), weight: draw(0) })(point),
      hasOneScale ? 5 : 3,
    );
  });
});

/** The graph with the channels that its first operator makes a thousandfold apart, and the second making up for it. */
function uneven(graph: Graph, units: number): Graph {
  const values = new Map(graph.values);
  const weighted = graph.nodes.filter(({ inputs }) => inputs.length > 1);
  const by = (unit: number): number => 10 ** ((3 * unit) / (units - 1) - 1.5);
  const scale = (
    [, weights, bias]: Node['inputs'],
    factor: (index: number, length: number) => number,
  ): void => {
    for (const id of [weights, bias]) {
      if (id === undefined) continue;
      const value = getValue(graph, id);
      const data = value.data as Float32Array;
      values.set(id, { ...value, data: data.map((x, i) => x * factor(i, data.length)) });
    }
  };
  scale(weighted[0].inputs, (i, length) => by(Math.floor(i / (length / units))));
  const [, second] = weighted[1].inputs;
  scale([undefined, second], (i) => 1 / by(i % units));
  return { ...graph, values };
}

const dense = (activation: FusedActivation) => (b: FloatBuilder) => [
  b.dense('second', b.dense('first', b.in('x', 1, 6), 8, activation), 2),
];

async function equalized(graph: Graph) {
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const data = Float32Array.from({ length: 40 * elementCount(shape) }, () => random.normal());
  const statistics = await calibrate(graph, arrayRecords({ shape: [40, ...shape.slice(1)], data }), {});
  return {
    before: statistics,
    ...equalizeChannels({ graph, statistics }, { activations: 'int8', densePerChannel: false }),
  };
}

/** How far the reaches of the channels of the first operator's output are apart. */
function spreadOf(
  graph: Graph,
  { extremes }: { extremes: ReadonlyMap<ValueId, { highs: Float32Array }> },
): number {
  const [id] = graph.nodes[0].outputs;
  const { highs } = extremes.get(id) as { highs: Float32Array };
  const channels = getValue(graph, id).type.shape.at(-1) as number;
  const reach = new Float64Array(channels);
  for (const [i, value] of highs.entries()) reach[i % channels] = Math.max(reach[i % channels], value);
  return Math.max(...reach) / Math.min(...reach);
}

describe('equalize-channels', () => {
  const image = (b: FloatBuilder) => b.conv('first', b.in('x', 1, 6, 6, 3), 8, 3, { activation: 'relu' });

  it.each<[string, (b: FloatBuilder) => readonly ValueId[]]>([
    ['RELU', dense('relu')],
    ['nothing', dense('none')],
    ['a convolution', (b) => [b.conv('second', image(b), 4, 3)]],
    [
      'several pixels in a row',
      (b) => [b.dense('y', b.add('reshape', 'flat', { newShape: [1, 288] }, [image(b)]), 2)],
    ],
    [
      'a mean over the image',
      (b) => [b.dense('y', b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [image(b)]), 2)],
    ],
  ])('brings channels together through %s', async (_, build) => {
    const graph = uneven(graphOf(build), 8);
    const { graph: after, statistics, before } = await equalized(graph);
    expectSameResults(graph, after);
    expect(spreadOf(graph, before)).toBeGreaterThan(100);
    expect(spreadOf(after, statistics)).toBeLessThan(20);
  });

  it('tells what calibration would see of the new graph', async () => {
    const graph = uneven(graphOf(dense('relu')), 8);
    const { shape } = getValue(graph, graph.inputs[0]).type;
    const data = Float32Array.from({ length: 40 * 6 }, () => random.normal());
    const records = arrayRecords({ shape: [40, ...shape.slice(1)], data });
    const seen = { graph, statistics: await calibrate(graph, records, {}) };
    const { graph: after, statistics } = equalizeChannels(seen, {
      activations: 'int8',
      densePerChannel: false,
    });
    const measured = await calibrate(after, records, {});
    for (const [id, { min, max }] of measured.ranges) {
      expect(statistics.ranges.get(id)?.min).toBeCloseTo(min, 4);
      expect(statistics.ranges.get(id)?.max).toBeCloseTo(max, 4);
    }
  });

  it('scales the numbers that are added to channels, and what a sum joins', async () => {
    const graph = uneven(
      graphOf((b) => {
        const x = b.in('x', 1, 6);
        const first = b.dense('first', x, 8, 'relu');
        const shifted = b.add('add', 'shift', { activation: 'none' }, [
          first,
          b.const('c', [8], [1, 2, 3, 4, 5, 6, 7, 8]),
        ]);
        return [b.dense('second', shifted, 2)];
      }),
      8,
    );
    const { graph: after } = await equalized(graph);
    expectSameResults(graph, after);
    expect(getValue(after, after.nodes[1].inputs[1] as ValueId).data).not.toEqual(
      Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    );
  });

  it('leaves what others read as it is', async () => {
    const graph = graphOf((b) => {
      const first = b.dense('first', b.in('x', 1, 6), 8, 'relu');
      return [b.dense('second', first, 2), first];
    });
    expect((await equalized(graph)).graph).toBe(graph);
  });

  it('enlarges behind RELU6 what stays below its end, and nothing else', async () => {
    const graph = uneven(graphOf(dense('relu6')), 8);
    const { graph: after, statistics, before } = await equalized(graph);
    expectSameResults(graph, after);
    const [id] = graph.nodes[0].outputs;
    const [old, made] = [before, statistics].map(
      ({ extremes }) => (extremes.get(id) as { highs: Float32Array }).highs,
    );
    for (const [channel, high] of old.entries()) {
      expect(made[channel]).toBeGreaterThanOrEqual(high * (1 - 1e-6));
      expect(made[channel]).toBeLessThanOrEqual(Math.max(high * (1 + 1e-6), 4.001));
    }
    expect(made).not.toEqual(old);
  });
});
