import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { silentReporter } from '../../../src/core/reporter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { compressionSchema, orderFault } from '../../../src/training/compress/index.ts';
import { lowRankMethod } from '../../../src/training/compress/low-rank.ts';
import type { Workshop } from '../../../src/training/compress/method.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../passes/run-pass.ts';

const COUNT = 40;

function drawn(shape: readonly number[]): ReturnType<typeof rowsInMemory> {
  const random = createRandom(9, `low rank:${shape}`);
  const size = shape.reduce((product, length) => product * length, 1);
  return rowsInMemory({ data: Float32Array.from({ length: size }, () => random.normal()), shape });
}

function workshopFor(inputs: number, outputs: number): Workshop {
  const samples = { x: drawn([COUNT, inputs]), y: drawn([COUNT, outputs]) };
  return {
    seed: 1,
    report: silentReporter,
    signal: new AbortController().signal,
    train: samples,
    validation: samples,
    recipe: recipeSchema.parse({ metrics: [] }),
    cost: () => expect.unreachable(),
    readModel: () => expect.unreachable(),
  };
}

async function refusal(graph: Graph, options: object, inputs: number, outputs: number): Promise<unknown> {
  const parsed = lowRankMethod.schema.parse({ method: 'low-rank', ...options });
  return lowRankMethod
    .run({ graph, keeps: new Map() }, parsed, workshopFor(inputs, outputs))
    .catch((error: unknown) => error);
}

describe('lowRankMethod', () => {
  it('refuses a model of which no layer would be smaller, with the numbers', async () => {
    const small = graphOf((b) => [b.dense('two', b.dense('one', b.in('x', 1, 4), 4, 'relu'), 2)]);
    expect(await refusal(small, { energy: 0.9999 }, 4, 2)).toMatchObject({
      kind: 'usage',
      code: 'low-rank-does-not-pay',
      message:
        'No layer would be smaller in low rank: "one": rank 4, with 99.99 % of its variance, would take 32 multiply-accumulates and 32 weights instead of 16 and 16; "two": rank 2, with 99.99 % of its variance, would take 12 multiply-accumulates and 12 weights instead of 8 and 8',
    });
  });

  it('refuses a model without such layers', async () => {
    const none = graphOf((b) => [b.depthwise('only', b.in('x', 1, 2, 2, 1), 1, 2)]);
    expect(await refusal(none, {}, 4, 4)).toMatchObject({ kind: 'usage', code: 'low-rank-does-not-pay' });
  });

  it('refuses a budget that cannot be met', async () => {
    const wide = graphOf((b) => [b.dense('wide', b.in('x', 1, 32), 32)]);
    expect(await refusal(wide, { macs: 0.05 }, 32, 32)).toMatchObject({
      kind: 'usage',
      code: 'low-rank-budget',
    });
  });
});

describe('the schema of low-rank', () => {
  it('takes one goal at most', () => {
    expect(compressionSchema.safeParse({ method: 'low-rank' }).success).toBe(true);
    expect(compressionSchema.safeParse({ method: 'low-rank', macs: 0.5 }).success).toBe(true);
    for (const wrong of [
      { macs: 0.5, energy: 0.9 },
      { macs: 1 },
      { rank: 0 },
      { energy: -1 },
      { energy: 'much' },
      { ranks: 0.5 },
    ]) {
      expect(compressionSchema.safeParse({ method: 'low-rank', ...wrong }).success).toBe(false);
    }
    expect(
      compressionSchema.safeParse({ method: 'low-rank', macs: 0.5, rank: 0.9 }).error?.issues,
    ).toMatchObject([{ message: 'it takes one of "energy", "rank", "macs" and "parameters"' }]);
  });

  it('does not come behind a method that marks weights', () => {
    const list = [{ method: 'prune' }, { method: 'low-rank' }].map((entry) => compressionSchema.parse(entry));
    expect(orderFault(list)).toContain('put it in front');
    expect(orderFault(list.toReversed())).toBeUndefined();
  });
});
