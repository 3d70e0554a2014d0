/**
 * Other people's data, from files to a converted model, with the project that `tinyml init --from` writes: no row has a
 * setting of its own but what the README of its data makes necessary. Medians of the seeds 1 to 5.
 */

import { join, resolve } from 'node:path';
import type { Evaluation } from '../../src/models/score/evaluation.ts';
import { evaluationOf, inFolder, SEEDS, setSeed, tinyml } from './project.ts';
import { atLeast, atMost, formatSeconds, type Outcome, type Section, type Target } from './row.ts';
import { withShared } from './shared.ts';
import { median } from './timing.ts';

const DATA = resolve('../shared/data');

interface Task {
  readonly title: string;
  /** Arguments of `tinyml init`, with paths below the folder of the data. */
  init(path: (name: string) => string): readonly string[];
  readonly scores: readonly (readonly [string, Target])[];
  readonly bytes: number;
}

const FEATURES = 'PT08.S1(CO),PT08.S2(NMHC),PT08.S3(NOx),PT08.S4(NO2),PT08.S5(O3),T,RH,AH';

const TASKS: Readonly<Record<string, Task>> = {
  wand: {
    title: 'wand, official split',
    init: (path) => ['--from', path('wand/train'), '--test', path('wand/test')],
    scores: [['accuracy', atLeast(0.88)]],
    bytes: 8000,
  },
  ai4i2020: {
    title: 'ai4i2020',
    init: (path) => [
      ...['--from', path('ai4i2020/ai4i2020.csv'), '--target', 'Machine failure', '--group', 'UDI'],
      ...['--split', 'every:5', '--ignore', 'Product ID,TWF,HDF,PWF,OSF,RNF'],
    ],
    scores: [
      ['auc', atLeast(0.965)],
      ['averagePrecision', atLeast(0.72)],
    ],
    bytes: 3000,
  },
  airquality: {
    title: 'airquality, C6H6',
    init: (path) => [
      ...['--from', path('airquality/AirQualityUCI.csv'), '--target', 'C6H6(GT)', '--time', 'Date'],
      ...['--features', FEATURES],
    ],
    scores: [['mae', atMost(0.22)]],
    bytes: 3000,
  },
  mnist: {
    title: 'mnist-t10k',
    init: (path) => ['--from', path('mnist-t10k'), '--split', 'every:5'],
    scores: [['accuracy', atLeast(0.965)]],
    bytes: 10_000,
  },
  fsdd: {
    title: 'fsdd',
    init: (path) => ['--from', path('fsdd/train'), '--test', path('fsdd/test')],
    scores: [['accuracy', atLeast(0.85)]],
    bytes: 20_000,
  },
  skab: {
    title: 'skab',
    init: (path) => [
      ...['--from', path('skab/valve1'), '--target', 'anomaly', '--normal', '0', '--ignore', 'changepoint'],
      ...['--time', 'datetime', '--window', '10', '--stride', '1', '--split', 'head:400'],
    ],
    scores: [['auc', atLeast(0.915)]],
    bytes: 10_000,
  },
};

function scoreOf(scores: object, name: string): number {
  return Number((scores as Readonly<Record<string, unknown>>)[name]);
}

/** One evaluation for each seed, and the seconds that a run takes. */
function evaluationsOf(args: readonly string[]): { evaluations: Evaluation[]; seconds: number } {
  return inFolder((folder) => {
    tinyml(folder, ['init', ...args]);
    const started = performance.now();
    const evaluations = SEEDS.map((seed) => {
      setSeed(folder, seed);
      return evaluationOf(folder);
    });
    return { evaluations, seconds: (performance.now() - started) / 1000 / SEEDS.length };
  });
}

function rowsOf({ title, init, scores, bytes }: Task): Outcome[] {
  const { evaluations, seconds } = evaluationsOf(init((name) => join(DATA, name)));
  const most = Math.max(...evaluations.map(({ model }) => model.bytes));
  return [
    ...scores.map(([score, target]): Outcome => {
      const [float, converted] = (['float', 'converted'] as const).map((form) =>
        evaluations.map((evaluation) => scoreOf(evaluation[form], score)),
      );
      return {
        name: `${title}: ${score}, int8`,
        value: median(converted),
        unit: '',
        target,
        how: `seeds 1–5: ${converted.map((value) => value.toFixed(4)).join(', ')}; float ${median(float).toFixed(4)}; ${formatSeconds(seconds)} a run`,
      };
    }),
    {
      name: `${title}: bytes`,
      value: most,
      unit: 'bytes',
      target: atMost(bytes),
      how: 'the largest of five',
    },
  ];
}

/** Five folds over all gestures, those of the official test too. */
function folds(): Outcome[] {
  return inFolder((folder) => {
    tinyml(folder, ['init', '--from', join(DATA, 'wand/train'), '--from', join(DATA, 'wand/test')]);
    const accuracies = SEEDS.map((seed) => {
      setSeed(folder, seed);
      const text = tinyml(folder, ['evaluate', '--folds', '5', '--json']);
      return (JSON.parse(text) as { mean: { converted: { accuracy: number } } }).mean.converted.accuracy;
    });
    return [
      {
        name: 'wand, five folds: accuracy, int8',
        value: median(accuracies),
        unit: '',
        target: atLeast(0.92),
        how: `seeds 1–5: ${accuracies.map((value) => value.toFixed(3)).join(', ')}`,
      },
    ];
  });
}

export const data: Section = {
  ...Object.fromEntries(
    Object.entries(TASKS).map(([name, task]) => [name, withShared(task.title, async () => rowsOf(task))]),
  ),
  'wand-folds': withShared('wand, five folds', async () => folds()),
};
