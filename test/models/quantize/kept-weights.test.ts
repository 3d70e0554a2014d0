/** What training left in weights is still there in their integers, whatever the recipe. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { prepareForInt8, simplifyFloat } from '../../../src/models/convert/lower.ts';
import type { Recipe } from '../../../src/models/quantize/method-names.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { isLinear } from '../../../src/passes/linear.ts';
import { type KeptWeights, passesAgainst } from '../../../src/passes/quantize/rounding/kept-weights.ts';
import { graphOf } from '../../passes/run-pass.ts';

const network = simplifyFloat(
  graphOf((b) => {
    const maps = b.conv('conv', b.in('x', 1, 6, 6, 2), 8, 3, { activation: 'relu' });
    const deep = b.conv('deep', maps, 12, 3, { activation: 'relu', stride: 2 });
    const mean = b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [deep]);
    return [b.add('softmax', 'softmax', { beta: 1 }, [b.dense('out', mean, 6)])];
  }),
);

const weightIds = (graph: Graph): ValueId[] =>
  graph.nodes.filter(isLinear).map(({ inputs }) => inputs[1] as ValueId);

function withWeights(change: (data: Float32Array, channelSize: number) => Float32Array): Graph {
  const values = new Map(network.values);
  for (const id of weightIds(network)) {
    const value = getValue(network, id);
    const data = value.data as Float32Array;
    values.set(id, { ...value, data: change(data, data.length / value.type.shape[0]) });
  }
  return { ...network, values };
}

async function integersOf(graph: Graph, kept: KeptWeights, method: Recipe): Promise<Int8Array[]> {
  const random = createRandom(4, 'records');
  // Inputs that are much alike have rounding make up for one weight by another.
  const alike = Float32Array.from({ length: 48 }, () => random.normal());
  const x = Float32Array.from(
    { length: 48 * 72 },
    (_, at) => alike[Math.floor(at / 72)] + 0.1 * random.normal(),
  );
  const records = arrayRecords({ data: x, shape: [48, 6, 6, 2] });
  const prepared = prepareForInt8(graph, { library: 'tflm', method, without: passesAgainst({ kept }) });
  const { int8 } = await quantizeGraph(prepared, records, { method, densePerChannel: true, kept }, {});
  return weightIds(int8).map((id) => getValue(int8, id).data as Int8Array);
}

const keptAs = (what: 'zeros' | 'clusters'): KeptWeights =>
  new Map(weightIds(network).map((id) => [id, what]));

const RECIPES: readonly Recipe[] = [
  'default',
  'fast',
  'tensorflow',
  ['equalize-channels', 'weighted-mse-weights', 'compensated-rounding', 'fine-tune'],
];

describe.each(RECIPES)('with the recipe %s', (...names) => {
  const method = (names.length === 1 ? names[0] : names) as Recipe;

  it('values that a layer shares are as many integers', async () => {
    const graph = withWeights((data) =>
      data.map((weight) => Math.max(-4, Math.min(4, Math.round(3 * weight)))),
    );
    const integers = await integersOf(graph, keptAs('clusters'), method);
    for (const [layer, data] of integers.entries()) {
      const float = getValue(graph, weightIds(graph)[layer]).data as Float32Array;
      const images = new Map<number, number>();
      for (const [at, weight] of float.entries()) {
        expect(images.get(weight) ?? data[at]).toBe(data[at]);
        images.set(weight, data[at]);
      }
    }
  });

  it('values of each channel are as many integers of it', async () => {
    const graph = withWeights((data, size) =>
      data.map(
        (weight, at) => (Math.floor(at / size) + 2) * (weight < 0 ? -0.31 : weight < 0.5 ? 0.17 : 1.1),
      ),
    );
    for (const data of await integersOf(graph, keptAs('clusters'), method)) {
      const size = data.length / (data.length === 72 ? 6 : data.length === 144 ? 8 : 12);
      for (let at = 0; at < data.length; at += size) {
        expect(new Set(data.subarray(at, at + size)).size).toBeLessThanOrEqual(3);
      }
    }
  });

  it('zeros are zeros, also where factors make channels alike first', async () => {
    const graph = withWeights((data, size) =>
      data.map((weight, at) => (at % 2 === 0 ? 0 : weight * 8 ** (Math.floor(at / size) % 3))),
    );
    for (const data of await integersOf(graph, keptAs('zeros'), method)) {
      expect(data.every((value, at) => at % 2 === 1 || value === 0)).toBe(true);
    }
  });
});
