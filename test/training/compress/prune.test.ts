import { describe, expect, it } from 'vitest';
import { silentReporter } from '../../../src/core/reporter.ts';
import { type Graph, getValue, type Node } from '../../../src/ir/graph.ts';
import type { Workshop } from '../../../src/training/compress/method.ts';
import { pruneMethod } from '../../../src/training/compress/prune.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../passes/run-pass.ts';

const network = graphOf((b) => {
  const x = b.conv('first', b.in('x', 1, 4, 4, 1), 6, 3, { activation: 'relu' });
  const flat = b.add('reshape', 'flat', { newShape: [1, 96] }, [b.conv('second', x, 6, 1)]);
  return [b.dense('last', flat, 2)];
});

function samples(count: number) {
  const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));
  return {
    x: rowsInMemory({ shape: [count, 4, 4, 1], data: wave(count * 16, 1.3) }),
    y: rowsInMemory({ shape: [count, 2], data: wave(count * 2, 0.7) }),
  };
}

const infos: string[] = [];

function workshop(signal = new AbortController().signal): Workshop {
  const { targets: _, ...recipe } = recipeSchema.parse({ batchSize: 8, learningRate: 0.01 });
  infos.length = 0;
  return {
    ...{ seed: 1, report: { ...silentReporter, info: (text: string) => infos.push(text) }, signal, recipe },
    ...{ train: samples(64), validation: samples(16) },
    cost: () => ({ parameters: 0, macs: 0, arenaBytes: 0, fileBytes: 0 }),
    readModel: async () => network,
  };
}

function prune(options: object, lent = workshop(), model = network) {
  const parsed = pruneMethod.schema.parse({ method: 'prune', epochs: 4, ...options });
  return pruneMethod.run({ graph: model, keeps: new Map() }, parsed, lent);
}

function weightsOf(graph: Graph, layer: string): Float32Array {
  const { inputs } = graph.nodes.find(({ name }) => name === layer) as Node;
  return getValue(graph, inputs[1] as number).data as Float32Array;
}

function zeros(weights: Float32Array): number {
  return weights.filter((weight) => weight === 0).length;
}

const LAYERS = ['first', 'second', 'last'];

describe('prune', () => {
  it('ends with the share of exact zeros in every layer, and marks them to be kept', async () => {
    const { graph, keeps } = await prune({ sparsity: 0.75, threshold: 'layer' });
    for (const layer of LAYERS) {
      const weights = weightsOf(graph, layer);
      expect(zeros(weights), layer).toBe(Math.round(0.75 * weights.length));
    }
    expect([...keeps.values()]).toEqual(['zeros', 'zeros', 'zeros']);
    expect(infos).toEqual([
      '212 of 282 weights (75.2 %) are zero; they take no less room until weights are coded.',
    ]);
  });

  it('trains what is left: other weights are not what they were', async () => {
    const { graph } = await prune({ sparsity: 0.5 });
    const [before, after] = [weightsOf(network, 'last'), weightsOf(graph, 'last')];
    expect(after.filter((weight, index) => weight !== 0 && weight !== before[index]).length).toBeGreaterThan(
      90,
    );
  });

  it('shares the zeros out over all layers where nothing is said', async () => {
    const { graph } = await prune({ sparsity: 0.75 });
    expect(LAYERS.reduce((sum, layer) => sum + zeros(weightsOf(graph, layer)), 0)).toBe(212);
  });

  it('leaves layers out', async () => {
    const { graph, keeps } = await prune({ except: ['first', 'last'] });
    expect(LAYERS.map((layer) => zeros(weightsOf(graph, layer)))).toEqual([0, 18, 0]);
    expect(keeps.size).toBe(1);
  });

  it('keeps 2 of 4 inputs of every output, where there are so many', async () => {
    const { graph } = await prune({ pattern: '2:4' });
    // Rows of 6 inputs: two of the first four stay, and the last two.
    for (const [layer, depth] of [
      ['second', 6],
      ['last', 96],
    ] as const) {
      const weights = weightsOf(graph, layer);
      for (let row = 0; row < weights.length; row += depth) {
        for (let start = 0; start < depth; start += 4) {
          const run = weights.subarray(row + start, row + Math.min(start + 4, depth));
          expect(run.length - zeros(run)).toBe(2);
        }
      }
    }
    expect(zeros(weightsOf(graph, 'first'))).toBe(0);
  });

  it('is the same again with the same seed, and has its zeros when it was interrupted', async () => {
    const [one, two] = [await prune({ sparsity: 0.6 }), await prune({ sparsity: 0.6 })];
    for (const layer of LAYERS) expect(weightsOf(one.graph, layer)).toEqual(weightsOf(two.graph, layer));
    const stopped = new AbortController();
    stopped.abort();
    const { graph } = await prune({ sparsity: 0.6, threshold: 'layer' }, workshop(stopped.signal));
    expect(zeros(weightsOf(graph, 'last'))).toBe(Math.round(0.6 * 192));
  });

  it.each([
    [{ except: ['secnd'] }, 'unknown-layer', 'Did you mean "second"?'],
    [{ except: LAYERS }, 'nothing-to-prune', 'Take layers out of "except"'],
    [{ except: ['last'], pattern: '8:16' }, 'nothing-to-prune', 'leave "prune" out'],
  ])('refuses %j', async (options, code, hint) => {
    await expect(prune(options)).rejects.toMatchObject({
      kind: 'usage',
      code,
      hint: expect.stringContaining(hint),
    });
  });

  it('refuses weights that are clustered', async () => {
    const weights = network.nodes[0].inputs[1] as number;
    const model = { graph: network, keeps: new Map([[weights, 'clusters' as const]]) };
    const options = pruneMethod.schema.parse({ method: 'prune' });
    await expect(pruneMethod.run(model, options, workshop())).rejects.toMatchObject({
      code: 'pruned-clusters',
    });
  });

  it.each([
    { sparsity: 1 },
    { sparsity: 0 },
    { sparsity: 0.5, pattern: '2:4' },
    { pattern: '4:4' },
    { pattern: '4:2' },
    { pattern: 'half' },
    { initialSparsity: 0.9, sparsity: 0.8 },
    { begin: 0.8, end: 0.5 },
    { layers: [] },
  ])('refuses what makes no sense: %j', (options) => {
    expect(pruneMethod.schema.safeParse({ method: 'prune', ...options }).success).toBe(false);
  });
});
