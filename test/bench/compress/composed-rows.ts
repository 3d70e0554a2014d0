/** All methods that shrink a network on any chip, one behind the other. */

import { atLeast, atMost, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { bySeeds, lastStep, type Methods, spreadOf, testFigure } from './by-seeds.ts';

const METHODS: Methods = [
  { method: 'prune-channels', flash: 5000, epochs: 8 },
  { method: 'distill', teacher: 'self', epochs: 8 },
  { method: 'quantize-aware', int4: 'all', epochs: 12 },
];

async function measured(): Promise<Outcome[]> {
  const steps = (await bySeeds('mnist', METHODS)).map(lastStep);
  const bytes = spreadOf(
    steps.map(({ cost }) => cost.fileBytes),
    0,
  );
  const accuracy = spreadOf(steps.map((step) => testFigure(step)));
  return [
    {
      name: 'mnist, all composed: file',
      value: bytes.median,
      unit: 'B',
      target: atMost(4000),
      how: `seeds 1–5: ${bytes.all}`,
    },
    {
      name: 'mnist, all composed: accuracy of the integers',
      value: accuracy.median,
      unit: '%',
      target: atLeast(96),
      how: `seeds 1–5: ${accuracy.all}`,
    },
  ];
}

export const composedRows: Section = { composed: withShared('composed compression', measured) };
