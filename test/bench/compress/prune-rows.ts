/** Pruning of whole channels, which any chip profits from. */

import { atMost, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { bySeeds, firstStep, lastStep, lossOf, spreadOf, testFigure } from './by-seeds.ts';

const MOST_LOST = 0.5;

async function channels(): Promise<Outcome[]> {
  const results = await bySeeds('mnist', [{ method: 'prune-channels', macs: 0.5 }]);
  const lost = spreadOf(results.map(lossOf));
  const shares = (name: 'macs' | 'arenaBytes' | 'fileBytes') =>
    spreadOf(results.map((result) => lastStep(result).cost[name] / firstStep(result).cost[name]));
  const after = spreadOf(results.map((result) => testFigure(lastStep(result))));
  const name = 'mnist, half of the MACs';
  return [
    {
      name: `${name}: accuracy lost, int8 against float`,
      value: lost.median,
      unit: 'points',
      how: `seeds 1–5: ${lost.all}; it is ${after.all} now`,
      target: atMost(MOST_LOST),
    },
    ...(
      [
        ['MACs', 'macs', 0.5],
        ['arena', 'arenaBytes', 1],
        ['file', 'fileBytes', 1],
      ] as const
    ).map(([title, figure, most]): Outcome => {
      const share = shares(figure);
      return {
        name: `${name}: ${title}`,
        value: share.median,
        unit: '×',
        how: `seeds 1–5: ${share.all}`,
        target: atMost(most),
      };
    }),
  ];
}

export const pruneRows: Section = { 'prune-channels': withShared('mnist', channels) };
