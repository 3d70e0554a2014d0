/** The networks as they are before anything is compressed: what all other rows start from. */

import type { Outcome, Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { BASES, type BaseName } from './bases.ts';
import { bySeeds, firstStep, spreadOf, testFigure } from './by-seeds.ts';

async function rowOf(base: BaseName): Promise<Outcome[]> {
  const results = await bySeeds(base, []);
  const [{ table }] = results;
  const steps = results.map(firstStep);
  const [int8, float] = (['converted', 'float'] as const).map((form) =>
    spreadOf(
      steps.map((step) => testFigure(step, form)),
      3,
    ),
  );
  const { parameters, fileBytes, macs, arenaBytes } = steps[0].cost;
  return [
    {
      name: `${base}: ${table.test?.title}, int8`,
      value: int8.median,
      unit: '',
      how: `seeds 1–5: ${int8.all}; float ${float.median.toFixed(3)}; ${parameters} parameters, ${fileBytes} bytes, ${macs} MACs, arena ${arenaBytes}`,
    },
  ];
}

export const baseRows: Section = Object.fromEntries(
  (Object.keys(BASES) as BaseName[]).map((base) => [base, withShared(base, () => rowOf(base))]),
);
