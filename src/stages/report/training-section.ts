/** How training went, or goes: loss and metrics over the epochs. */

import type { Artifact } from '../../artifacts/store.ts';
import { counted, countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { CURVE_COLORS, curvesPlotSvg } from '../../targets/plots/curves-plot.ts';
import { lossPlotSvg } from '../../targets/plots/loss-plot.ts';
import { extent } from '../../targets/plots/svg-plot.ts';
import type { Block, Figure, Section } from '../../targets/report/page.ts';
import type { EpochRecord } from '../../training/trainer.ts';

/** More epochs than a plot has columns cannot be seen. */
const MOST_EPOCHS = 1000;

/** In JSON, a figure that is no number is null. */
function numbers(text: string): readonly EpochRecord[] {
  return JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value)) as EpochRecord[];
}

function metricFigure(history: readonly EpochRecord[], name: string): readonly Figure[] {
  const step = Math.ceil(history.length / MOST_EPOCHS);
  const shown = history.filter((_, index) => index % step === 0 || index === history.length - 1);
  const points = (of: 'metrics' | 'valMetrics') =>
    shown.map((record) => ({ x: record.epoch, y: record[of][name] ?? Number.NaN }));
  const curves = [
    { label: 'training', color: CURVE_COLORS[0], points: points('metrics') },
    { label: 'validation', color: CURVE_COLORS[1], points: points('valMetrics') },
  ].filter(({ points }) => points.some(({ y }) => Number.isFinite(y)));
  if (curves.length === 0) return [];
  const values = curves.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  const last = history[history.length - 1];
  const ends = [
    { value: last.metrics[name], where: 'in training' },
    { value: last.valMetrics[name], where: 'in validation' },
  ]
    .filter(({ value }) => value !== undefined)
    .map(({ value, where }) => `${formatFigure(value)} ${where}`)
    .join(', ');
  return [
    {
      kind: 'figure',
      svg: curvesPlotSvg({
        title: name,
        summary: `${name} of ${curves.map(({ label }) => label).join(' and ')} over ${counted(history.length, 'epoch')}; of the last one ${ends}.`,
        x: { title: 'epoch', scale: 'whole', domain: extent(history.map(({ epoch }) => epoch)) },
        y: { title: name, scale: 'linear', domain: extent(values) },
        curves,
        legend: curves.map(({ label, color }) => ({ label, color, mark: 'line' })),
      }),
      caption: `${name} of the last epoch: ${ends}.`,
    },
  ];
}

function curves(history: readonly EpochRecord[], bestEpoch: number | undefined): readonly Block[] {
  if (!history.some(({ loss, valLoss }) => Number.isFinite(loss) || Number.isFinite(valLoss))) {
    return [{ kind: 'note', text: 'No loss of this training is a finite number: it came to nothing.' }];
  }
  const names = new Set(
    history.flatMap(({ metrics, valMetrics }) => [...Object.keys(metrics), ...Object.keys(valMetrics)]),
  );
  const last = history[history.length - 1];
  return [
    {
      kind: 'figure',
      svg: lossPlotSvg(history, bestEpoch),
      caption: `Loss of the last epoch: ${formatFigure(last.loss)} in training, ${formatFigure(last.valLoss)} in validation.`,
    },
    ...[...names].flatMap((name) => metricFigure(history, name)),
  ];
}

/** Of which numbers the curves are, where they are not those of the data. */
function scaledTargets(options: JsonValue): readonly Block[] {
  if (!isJsonObject(options)) return [];
  const { recipe, outputs } = options;
  const isScaled = (of: JsonValue | undefined): boolean => isJsonObject(of) && of.targets === 'standard';
  const names = isJsonObject(outputs) ? Object.keys(outputs).filter((name) => isScaled(outputs[name])) : [];
  if (names.length === 0 && !isScaled(recipe)) return [];
  const whose = names.length === 0 ? '' : ` of ${names.join(', ')}`;
  return [
    {
      kind: 'text',
      text: `Losses and metrics${whose} over the epochs are of targets with mean 0 and deviation 1: 1 is a standard deviation of the data, and the scores on the test split are in their own units.`,
    },
  ];
}

const STOPPED: Readonly<Record<string, string>> = {
  epochs: 'after all epochs',
  'early-stopping': 'early, as validation did not improve',
  interrupt: 'by the user',
};

/** Of the model that the project has. */
export function trainingSection({ manifest, readText }: Artifact): Section {
  const { metrics, interrupted } = manifest;
  const figure = (name: string): string => formatFigure(Number(metrics[name]));
  return {
    id: 'training',
    title: 'Training',
    blocks: [
      ...(interrupted
        ? [{ kind: 'note' as const, text: 'The training was stopped: "tinyml train" goes on.' }]
        : []),
      {
        kind: 'facts',
        facts: [
          ['parameters', formatCount(Number(metrics.parameters))],
          ['epochs', formatCount(Number(metrics.epochs))],
          ['best epoch, whose weights are kept', formatCount(Number(metrics.bestEpoch))],
          ['validation loss there', figure('valLoss')],
          ['ended', STOPPED[String(metrics.stoppedBy)] ?? String(metrics.stoppedBy)],
          ['engine', String(metrics.engine)],
        ],
      },
      ...scaledTargets(manifest.options),
      ...curves(numbers(readText('history.json')), Number(metrics.bestEpoch)),
    ],
  };
}

/** Of one that is under way or was stopped: the epochs that it has saved. `before` is what the project has until then. */
export function underWaySection(history: readonly EpochRecord[], before: Artifact | undefined): Section {
  return {
    id: 'under-way',
    title: 'Training under way',
    blocks: [
      {
        kind: 'text',
        text: `A training has saved ${countOf(history.length, 'epoch')} and is not at its end.${before === undefined ? '' : ' What follows is of the model before it.'}`,
      },
      ...curves(history, undefined),
    ],
  };
}
