import { describe, expect, it } from 'vitest';
import { silentReporter } from '../../../src/core/reporter.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { graphCost } from '../../../src/ir/graph-cost.ts';
import { compressionSchema, orderFault } from '../../../src/training/compress/index.ts';
import { lowRankMethod } from '../../../src/training/compress/low-rank.ts';
import { rowsInMemory, type SampleRows } from '../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { allRows } from '../all-rows.ts';
import { drawnRows, workshopFor } from './workshop.ts';

async function refusal(graph: Graph, options: object, inputs: number, outputs: number): Promise<unknown> {
  const parsed = lowRankMethod.schema.parse({ method: 'low-rank', ...options });
  return lowRankMethod
    .run(
      { graph, keeps: new Map() },
      parsed,
      workshopFor({ x: drawnRows([inputs]), y: drawnRows([outputs]) }),
    )
    .catch((error: unknown) => error);
}

function answersOf(graph: Graph, x: SampleRows): SampleRows {
  const interpreter = createInterpreter(graph);
  const all = allRows(x);
  const size = all.length / x.count;
  const answers = Array.from({ length: x.count }, (_, row) =>
    Array.from(interpreter.invoke([all.slice(row * size, (row + 1) * size)])[0] as Float32Array),
  );
  return rowsInMemory({ data: Float32Array.from(answers.flat()), shape: [x.count, answers[0].length] });
}

function squaredError(a: SampleRows, b: SampleRows): number {
  const [made, wanted] = [allRows(a), allRows(b)];
  return made.reduce((sum, value, index) => sum + (value - wanted[index]) ** 2, 0);
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

describe('tuning behind low-rank', () => {
  it('learns on, and takes back some of what was lost', async () => {
    const graph = graphOf((b) => [b.dense('out', b.dense('wide', b.in('x', 1, 24), 32, 'relu'), 4)]);
    const x = drawnRows([24], 200);
    const y = answersOf(graph, x);
    const workshop = workshopFor({ x, y });
    const options = lowRankMethod.schema.parse({
      method: 'low-rank',
      macs: 0.6,
      epochs: 20,
      learningRate: 0.003,
    });
    const after = await lowRankMethod.run({ graph, keeps: new Map() }, options, workshop);
    expect(graphCost(after.graph).macs).toBeLessThanOrEqual(0.6 * graphCost(graph).macs);
    const untuned = { ...options, learningRate: 1e-12, epochs: 1 };
    const before = await lowRankMethod.run({ graph, keeps: new Map() }, untuned, workshop);
    const error = ({ graph: made }: { graph: Graph }): number => squaredError(answersOf(made, x), y);
    expect(error(after)).toBeLessThan(0.7 * error(before));
  });
});

describe('a training that makes nothing better', () => {
  it('leaves the weights as they were decomposed, and says so', async () => {
    const graph = graphOf((b) => [b.dense('out', b.dense('wide', b.in('x', 1, 24), 32, 'relu'), 4)]);
    const x = drawnRows([24], 200);
    const said: string[] = [];
    const report = { ...silentReporter, info: (text: string) => void said.push(text) };
    const workshop = workshopFor({ x, y: answersOf(graph, x) }, { report });
    const options = lowRankMethod.schema.parse({ method: 'low-rank', macs: 0.6, epochs: 2 });
    const [wild, wilder] = await Promise.all(
      [50, 100].map((learningRate) =>
        lowRankMethod.run({ graph, keeps: new Map() }, { ...options, learningRate }, workshop),
      ),
    );
    expect(wild.graph).toEqual(wilder.graph);
    expect(said.at(-1)).toMatch(
      /^No epoch of the training brought the validation loss below [\d.]+, where it was/,
    );
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
