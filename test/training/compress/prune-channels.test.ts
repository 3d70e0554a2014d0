import { describe, expect, it } from 'vitest';
import { silentReporter } from '../../../src/core/reporter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { roughCost } from '../../../src/training/compress/channels/rough-cost.ts';
import type { Workshop } from '../../../src/training/compress/method.ts';
import { pruneChannelsMethod } from '../../../src/training/compress/prune-channels.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { type FloatBuilder, graphOf } from '../../passes/run-pass.ts';

/** A residual sum, a pool, and two fully connected layers. */
const network = graphOf((b) => {
  const stem = b.conv('stem', b.in('x', 1, 8, 8, 1), 8, 3, { activation: 'relu' });
  const inner = b.conv('inner', stem, 12, 3, { activation: 'relu' });
  const sum = b.add('add', 'sum', { activation: 'relu' }, [stem, b.conv('outer', inner, 8, 1)]);
  const pool = { padding: 'same', strides: [4, 4], filter: [4, 4], activation: 'none' } as const;
  const flat = b.add('reshape', 'flat', { newShape: [1, 32] }, [b.add('max_pool_2d', 'pool', pool, [sum])]);
  return [b.dense('last', b.dense('hidden', flat, 16, 'relu'), 2)];
});

function samples(count: number) {
  const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));
  return {
    x: rowsInMemory({ shape: [count, 8, 8, 1], data: wave(count * 64, 1.3) }),
    y: rowsInMemory({ shape: [count, 2], data: wave(count * 2, 0.7) }),
  };
}

function workshop(signal = new AbortController().signal): Workshop {
  const { targets: _, ...recipe } = recipeSchema.parse({ batchSize: 8, learningRate: 0.001 });
  return {
    ...{ seed: 1, report: silentReporter, signal, recipe, train: samples(32), validation: samples(16) },
    cost: roughCost,
    readModel: async () => network,
  };
}

async function pruned(options: object, model: Graph = network, lent = workshop()): Promise<Graph> {
  const parsed = pruneChannelsMethod.schema.parse({ method: 'prune-channels', epochs: 3, ...options });
  return (await pruneChannelsMethod.run({ graph: model, keeps: new Map() }, parsed, lent)).graph;
}

function widths(graph: Graph): Record<string, number> {
  return Object.fromEntries(
    graph.nodes.map(({ name, outputs: [id] }) => [name, getValue(graph, id).type.shape.at(-1) as number]),
  );
}

describe('prune-channels', () => {
  const before = roughCost(network);

  it.each([
    [{ macs: 0.5 }, { macs: before.macs / 2 }],
    [{ parameters: 0.3 }, { parameters: before.parameters * 0.3 }],
    [
      { macs: '20k', ram: '600' },
      { macs: 20_000, arenaBytes: 600 },
    ],
    [{ flash: 0.4, rounds: 1 }, { fileBytes: before.fileBytes * 0.4 }],
  ])('stays within %j', async (options, limits) => {
    const after = roughCost(await pruned(options));
    for (const [name, limit] of Object.entries(limits)) {
      expect(after[name as keyof typeof after]).toBeLessThanOrEqual(limit);
      // It does not take much more than was asked for.
      if (Object.keys(limits).length === 1)
        expect(after[name as keyof typeof after]).toBeGreaterThan(0.75 * limit);
    }
  });

  it('takes both sides of a sum together, and leaves the inputs and outputs of the model', async () => {
    const { stem, outer, sum, flat, last } = widths(await pruned({ macs: 0.3 }));
    expect([outer, sum, flat, last]).toEqual([stem, stem, 4 * stem, 2]);
    expect(stem).toBeLessThan(8);
  });

  it('leaves a channel everywhere, down to the least that there is', async () => {
    const least = { macs: 64 * 9 + 64 * 9 + 64 + 64 + 4 + 2 };
    expect(widths(await pruned({ macs: least.macs }))).toMatchObject({
      stem: 1,
      inner: 1,
      hidden: 1,
      last: 2,
    });
    await expect(pruned({ macs: least.macs - 1 })).rejects.toMatchObject({
      kind: 'usage',
      code: 'out-of-reach',
      message:
        'With one channel in every layer the model still has macs 1,286, where at most 1,285 was asked for',
    });
  });

  it('takes what does not matter first', async () => {
    const half = (b: FloatBuilder) => {
      const hidden = b.conv('hidden', b.in('x', 1, 8, 8, 1), 4, 3, { activation: 'relu' });
      // The second and third channel are hardly read.
      const weights = [1, 1e-4, -1e-4, 2, -1, 1e-4, 1e-4, 1.5];
      const outer = b.conv('outer', hidden, 2, 1, { weights });
      return [b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [outer])];
    };
    const graph = graphOf(half);
    const after = await pruned({ macs: 0.5, rounds: 1, epochs: 1 }, graph);
    const [weights] = after.nodes
      .filter(({ name }) => name === 'outer')
      .map(({ inputs }) => inputs[1] as number);
    const left = Array.from(getValue(after, weights).data as Float32Array, Math.abs);
    expect(left).toHaveLength(4);
    expect(Math.min(...left)).toBeGreaterThan(0.5);
  });

  it('is the same again with the same seed', async () => {
    const [one, two] = [await pruned({ macs: 0.5 }), await pruned({ macs: 0.5 })];
    expect(two).toEqual(one);
  });

  it('takes only units that never fired where all is within the limits already', async () => {
    const after = widths(await pruned({ macs: '1M', ram: '64k' }));
    expect(after).toMatchObject({ stem: 8, inner: 12, outer: 8, last: 2 });
    expect(after.hidden).toBe(10);
  });

  it('takes shares of what is left without them', async () => {
    const idle = graphOf((b) => {
      const shared = { activation: 'relu' } as const;
      const bias = [0, 0, -99, -99];
      const hidden = b.conv('hidden', b.in('x', 1, 8, 8, 1), 4, 3, { ...shared, bias });
      return [b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [b.conv('outer', hidden, 2, 1)])];
    });
    expect(widths(await pruned({ macs: 0.75 }, idle)).hidden).toBe(1);
  });

  it('says so where no channel can go', async () => {
    const one = graphOf((b) => [b.dense('only', b.in('x', 1, 8, 8, 1), 2)]);
    await expect(pruned({ macs: 0.5 }, one)).rejects.toMatchObject({
      code: 'out-of-reach',
      message: expect.stringContaining('No channel can leave the model'),
    });
  });

  it.each([{}, { rounds: 2 }, { macs: 'half' }, { macs: -1 }, { macs: 1.5 }, { ram: 0.5, sparsity: 0.5 }])(
    'refuses what makes no sense: %j',
    (options) => {
      expect(pruneChannelsMethod.schema.safeParse({ method: 'prune-channels', ...options }).success).toBe(
        false,
      );
    },
  );
});
