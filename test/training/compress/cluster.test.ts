import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { clusterMethod } from '../../../src/training/compress/cluster.ts';
import { clusteredValues } from '../../../src/training/compress/clustering/clustered-values.ts';
import { compressionSchema, orderFault } from '../../../src/training/compress/index.ts';
import { keepingConstraints } from '../../../src/training/compress/keeps.ts';
import type { Compressed, Kept } from '../../../src/training/compress/method.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { classRows, drawnRows, workshopFor } from './workshop.ts';

const network = graphOf((b) => [
  b.dense('out', b.dense('small', b.dense('wide', b.in('x', 1, 40), 24, 'relu'), 6, 'relu'), 4),
]);

const weightsId = ({ nodes }: Graph, layer: string): ValueId =>
  nodes.find(({ name }) => name === layer)?.inputs[1] as ValueId;
const weightsOf = (graph: Graph, layer: string): Float32Array =>
  getValue(graph, weightsId(graph, layer)).data as Float32Array;
const different = (data: Float32Array): number => new Set(data).size;

async function clustered(options: object, model: Partial<Compressed> = {}, seed = 1): Promise<Compressed> {
  const parsed = clusterMethod.schema.parse({ method: 'cluster', epochs: 2, ...options });
  const workshop = workshopFor({ x: drawnRows([40]), y: classRows(4) }, { seed });
  return clusterMethod.run({ graph: network, keeps: new Map(), ...model }, parsed, workshop);
}

describe('clusteredValues', () => {
  it('finds clusters that lie apart, with their means', () => {
    const numbers = Float32Array.of(5, 1, 9, 1.5, 5.5, 9.5, 0.5);
    const few = clusteredValues(numbers, 3, createRandom(1, 'clusters'));
    expect([...few]).toEqual([5.25, 1, 9.25, 1, 5.25, 9.25, 1]);
  });

  it('is nearly as good as the best of all partitions, taken together', () => {
    const random = createRandom(2, 'numbers');
    const error = (numbers: Float32Array, few: Float32Array): number =>
      numbers.reduce((sum, number, at) => sum + (number - few[at]) ** 2, 0);
    const partition = (numbers: readonly number[]): number => {
      const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      return numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
    };
    let [found, least] = [0, 0];
    for (let round = 0; round < 60; round++) {
      const numbers = Float32Array.from({ length: 9 }, () => random.normal()).sort();
      let best = Infinity;
      for (let a = 1; a < 8; a++)
        for (let b = a + 1; b < 9; b++) {
          const parts = [numbers.slice(0, a), numbers.slice(a, b), numbers.slice(b)];
          best = Math.min(
            best,
            parts.reduce((sum, part) => sum + partition([...part]), 0),
          );
        }
      found += error(numbers, clusteredValues(numbers, 3, random));
      least += best;
    }
    expect(found).toBeLessThan(1.1 * least);
  });

  it('leaves few values as they are', () => {
    const numbers = Float32Array.of(-0, 1, 0, 2, 1);
    expect(clusteredValues(numbers, 3, createRandom(1, 'clusters'))).toEqual(numbers);
  });

  it('takes numbers that are all but equal', () => {
    const numbers = Float32Array.from({ length: 50 }, (_, at) => Math.fround(1 + at * 1.2e-7));
    expect(different(clusteredValues(numbers, 4, createRandom(1, 'clusters')))).toBeLessThanOrEqual(4);
  });
});

describe('clusterMethod', () => {
  it('leaves as many values in each layer that has weights enough, also behind its training', async () => {
    const { graph, keeps } = await clustered({ clusters: 8 });
    expect(different(weightsOf(graph, 'wide'))).toBe(8);
    expect(different(weightsOf(graph, 'out'))).toBe(24);
    expect(keeps).toEqual(new Map([[weightsId(graph, 'wide'), 'clusters']]));
    expect(weightsOf(graph, 'wide')).not.toEqual(weightsOf(network, 'wide'));
  });

  it('gives each channel its own', async () => {
    const { graph } = await clustered({ clusters: 4, per: 'channel' });
    const weights = weightsOf(graph, 'wide');
    for (let unit = 0; unit < 24; unit++) {
      expect(different(weights.subarray(40 * unit, 40 * (unit + 1)))).toBeLessThanOrEqual(4);
    }
    expect(different(weights)).toBeGreaterThan(4 * 12);
  });

  it('keeps the zeros of an earlier pruning as one of the values', async () => {
    const id = weightsId(network, 'wide');
    const value = getValue(network, id);
    const data = weightsOf(network, 'wide').map((weight, at) => (at % 3 === 0 ? 0 : weight));
    const graph = { ...network, values: new Map(network.values).set(id, { ...value, data }) };
    const keeps = new Map<ValueId, Kept>([[id, 'zeros']]);
    const result = weightsOf((await clustered({ clusters: 8 }, { graph, keeps })).graph, 'wide');
    expect(different(result)).toBe(8);
    expect(result.every((weight, at) => at % 3 !== 0 || weight === 0)).toBe(true);
  });

  it('gives the same for the same seed', async () => {
    const [first, again] = await Promise.all([clustered({}, {}, 3), clustered({}, {}, 3)]);
    expect(weightsOf(first.graph, 'wide')).toEqual(weightsOf(again.graph, 'wide'));
  });

  it('leaves named layers out, and refuses a model of which nothing is left', async () => {
    await expect(clustered({ except: ['wide'] })).rejects.toMatchObject({
      code: 'nothing-to-cluster',
      message: 'No layer has so many weights that 16 values would make it smaller; the largest has 144',
    });
    await expect(clustered({ except: ['wide', 'small', 'out'] })).rejects.toThrow('No layer is left');
    await expect(clustered({ except: ['wild'] })).rejects.toMatchObject({ code: 'unknown-layer' });
  });
});

describe('weights that are kept as clusters', () => {
  it('move together, by the mean of what their members would, and zeros do not', () => {
    const id = weightsId(network, 'out');
    const data = Float32Array.from({ length: 24 }, (_, at) => [0, 1, 2][at % 3]);
    const values = new Map(network.values).set(id, { ...getValue(network, id), data });
    const [constraint] = keepingConstraints({
      graph: { ...network, values },
      keeps: new Map([[id, 'clusters']]),
    });
    const live = data.map((value, at) => value + at);
    constraint.apply(() => live, 1);
    // Members are at 1, 4, … 22 and at 2, 5, … 23.
    expect([...live.subarray(0, 6)]).toEqual([0, 12.5, 14.5, 0, 12.5, 14.5]);
  });
});

describe('the order of methods', () => {
  it('has prune in front of cluster', () => {
    const list = [{ method: 'cluster' }, { method: 'prune' }].map((one) => compressionSchema.parse(one));
    expect(orderFault(list)).toContain('cannot come behind it; put it in front');
    expect(orderFault(list.toReversed())).toBeUndefined();
  });
});
