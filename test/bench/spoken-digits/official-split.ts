/** Recordings 0 to 4 of every speaker are the test, as the data set has it: median of the seeds 1 to 5. */

import type { Evaluation } from '../../../src/models/score/evaluation.ts';
import { evaluationOf, inFolder, SEEDS, setSeed } from '../project.ts';
import { atLeast, atMost, formatSeconds, type Outcome } from '../row.ts';
import { median } from '../timing.ts';
import { NETWORKS, type NetworkName, type Recordings } from './networks.ts';

const LEAST_ACCURACY = 0.95;
const MOST_BYTES = 12_000;

export function accuracyOf(evaluation: Evaluation, form: 'float' | 'converted'): number {
  if (evaluation.task !== 'classification') throw new Error(`digits became a task of ${evaluation.task}`);
  return evaluation[form].accuracy;
}

export function officialSplit(name: NetworkName, recordings: Recordings): Outcome[] {
  const started = performance.now();
  const evaluations = inFolder((folder) => {
    NETWORKS[name](folder, recordings);
    return SEEDS.map((seed) => {
      setSeed(folder, seed);
      return evaluationOf(folder);
    });
  });
  const seconds = (performance.now() - started) / 1000 / SEEDS.length;
  const [float, int8] = (['float', 'converted'] as const).map((form) =>
    evaluations.map((evaluation) => accuracyOf(evaluation, form)),
  );
  const title = `official split, log-mel, ${name}`;
  return [
    {
      name: `${title}: accuracy, int8`,
      value: median(int8),
      unit: '',
      target: atLeast(LEAST_ACCURACY),
      how: `seeds 1–5: ${int8.map((value) => value.toFixed(4)).join(', ')}; float ${median(float).toFixed(4)}; ${formatSeconds(seconds)} a run`,
    },
    {
      name: `${title}: bytes`,
      value: Math.max(...evaluations.map(({ model }) => model.bytes)),
      unit: 'bytes',
      target: atMost(MOST_BYTES),
      how: 'the largest of five',
    },
  ];
}
