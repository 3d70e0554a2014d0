/** Autoencoders of low rank: what they save, and how much worse they give their samples again. */

import { atLeast, atMost, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import type { BaseName } from './bases.ts';
import { bySeeds, firstStep, lastStep, type Methods, spreadOf, testFigure } from './by-seeds.ts';

const METHODS: Methods = [{ method: 'low-rank', macs: 0.69 }];

const percentMore = (after: number, before: number): number => 100 * (after / before - 1);

async function rowsOf(base: BaseName): Promise<Outcome[]> {
  const steps = (await bySeeds(base, METHODS)).map(
    (result) => [firstStep(result), lastStep(result)] as const,
  );
  const saved = spreadOf(
    steps.map(([before, after]) => -percentMore(after.cost.macs, before.cost.macs)),
    1,
  );
  const [int8, float] = (['converted', 'float'] as const).map((form) =>
    spreadOf(steps.map(([before, after]) => percentMore(testFigure(after, form), testFigure(before, form)))),
  );
  const [first, last] = steps[0];
  return [
    {
      name: `${base}, low rank: MACs saved`,
      value: saved.median,
      unit: '%',
      target: atLeast(30),
      how: `${first.cost.macs} → ${last.cost.macs} MACs, ${first.cost.fileBytes} → ${last.cost.fileBytes} bytes, arena ${first.cost.arenaBytes} → ${last.cost.arenaBytes} (seed 1)`,
    },
    {
      name: `${base}, low rank: more loss, int8`,
      value: int8.median,
      unit: '%',
      target: atMost(1),
      how: `test MSE, seeds 1–5: ${int8.all}; float ${float.all}; MSE before ${testFigure(first).toPrecision(4)} (seed 1)`,
    },
  ];
}

export const lowRankRows: Section = Object.fromEntries(
  (['autoencoder-256', 'autoencoder-640'] as const).map((base) => [
    `low-rank-${base}`,
    withShared(base, () => rowsOf(base)),
  ]),
);
