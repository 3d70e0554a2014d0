/** What thresholds trade: ROC and precision over recall of both models, and how far their probabilities can be believed. */

import { formatFigure } from '../../core/figure-text.ts';
import { readAllRecords } from '../../data/records/records.ts';
import { reconstructionErrors } from '../../models/score/anomaly-scores.ts';
import { rankings } from '../../models/score/class-scores.ts';
import { type Evaluation, probabilitiesOf } from '../../models/score/evaluation.ts';
import {
  areaUnderCurve,
  averagePrecision,
  isRanked,
  type Ranking,
  rank,
  thinned,
} from '../../models/score/ranking.ts';
import { CURVE_COLORS, type Curve, curvesPlotSvg } from '../../targets/plots/curves-plot.ts';
import type { LegendEntry } from '../../targets/plots/legend.ts';
import { COLORS } from '../../targets/plots/svg-picture.ts';
import type { Block, Figure } from '../../targets/report/page.ts';
import type { Measured } from '../ends/measured.ts';
import type { TestSamples } from './test-samples.ts';

/** As many as there are colours. */
const MOST_CURVES = CURVE_COLORS.length;
/** Steps that a plot shows of a curve. */
const MOST_STEPS = 200;

/** One question, answered by both models. */
interface RankedPair {
  readonly name: string;
  readonly float: Ranking;
  readonly converted: Ranking;
}

function classPairs({ float, converted }: Measured, test: TestSamples): readonly RankedPair[] {
  const { actual, classes = [], y } = test;
  if (actual === undefined) return [];
  const [own, other] = [float, converted].map((outputs) => rankings(probabilitiesOf(outputs, y), actual));
  const names = classes.length === 2 ? [classes[1]] : classes;
  return names.map((name, place) => ({ name, float: own[place], converted: other[place] }));
}

function anomalyPair({ float, converted }: Measured, { x, actual }: TestSamples): readonly RankedPair[] {
  if (actual === undefined) return [];
  const { data } = readAllRecords(x, 'x_test.npy');
  const [own, other] = [float, converted].map((outputs) =>
    rank(reconstructionErrors(data, outputs.data, x.count), actual),
  );
  return [{ name: 'anomaly', float: own, converted: other }];
}

function pairsOf(measured: Measured, test: TestSamples): readonly RankedPair[] {
  switch (measured.evaluation.task) {
    case 'classification':
      return classPairs(measured, test);
    case 'anomaly':
      return anomalyPair(measured, test);
    case 'regression':
      return [];
  }
}

function rocPoints({ positives, negatives, steps }: Ranking) {
  return [
    { x: 0, y: 0 },
    ...thinned(steps, MOST_STEPS).map(({ truePositives, falsePositives }) => ({
      x: falsePositives / negatives,
      y: truePositives / positives,
    })),
  ];
}

/** In steps, as their sum is the average precision. */
function precisionPoints({ positives, steps }: Ranking) {
  let before = 0;
  return thinned(steps, MOST_STEPS).flatMap(({ truePositives, falsePositives }) => {
    const precision = truePositives / (truePositives + falsePositives);
    const step = [before, truePositives].map((found) => ({ x: found / positives, y: precision }));
    before = truePositives;
    return step;
  });
}

/** Dashes for float, a line for the converted model; classes by colour. */
function curvesOf(
  pairs: readonly RankedPair[],
  points: (ranking: Ranking) => Curve['points'],
  area: (ranking: Ranking) => number,
): readonly Curve[] {
  return pairs.flatMap(({ name, float, converted }, index) => [
    {
      label: `${name}, ${formatFigure(area(converted))}`,
      color: CURVE_COLORS[index],
      points: points(converted),
    },
    {
      color: pairs.length === 1 ? CURVE_COLORS[1] : CURVE_COLORS[index],
      dashes: true,
      points: points(float),
    },
  ]);
}

const SHARE = { scale: 'linear', domain: [0, 1] } as const;

function areas(pairs: readonly RankedPair[], type: string, area: (ranking: Ranking) => number): string {
  return pairs
    .map(
      ({ name, float, converted }) =>
        `${name} ${formatFigure(area(float))} float, ${formatFigure(area(converted))} ${type}`,
    )
    .join('; ');
}

/** The classes that are told apart worst, where there are more than colours. */
export function rankingFigures(measured: Measured, test: TestSamples): readonly Block[] {
  const all = pairsOf(measured, test).filter(({ float }) => isRanked(float));
  if (all.length === 0) return [];
  const pairs = [...all]
    .sort((a, b) => areaUnderCurve(a.converted) - areaUnderCurve(b.converted))
    .slice(0, MOST_CURVES);
  const { type } = measured.evaluation.converted;
  const color = pairs.length === 1 ? CURVE_COLORS : [COLORS.ink, COLORS.ink];
  const legend: LegendEntry[] = [
    { label: 'float', color: pairs.length === 1 ? color[1] : COLORS.ink, mark: 'dashes' },
    { label: type, color: color[0], mark: 'line' },
  ];
  const which = pairs.length === all.length ? '' : ` The ${MOST_CURVES} classes that are told apart worst.`;
  const figure = (
    what: Pick<Parameters<typeof curvesPlotSvg>[0], 'title' | 'x' | 'y' | 'names'>,
    points: (ranking: Ranking) => Curve['points'],
    area: (ranking: Ranking) => number,
    areaName: string,
  ): Figure => {
    const sentence = `${areaName}: ${areas(pairs, type, area)}.`;
    return {
      kind: 'figure',
      svg: curvesPlotSvg({ ...what, summary: sentence, curves: curvesOf(pairs, points, area), legend }),
      caption: `${sentence}${which}`,
    };
  };
  return [
    { kind: 'heading', text: 'What thresholds trade' },
    figure(
      {
        title: 'ROC',
        x: { title: 'false positive rate', ...SHARE },
        y: { title: 'true positive rate', ...SHARE },
        names: 'bottom-right',
      },
      rocPoints,
      areaUnderCurve,
      'Area under the curve',
    ),
    figure(
      {
        title: 'Precision and recall',
        x: { title: 'recall', ...SHARE },
        y: { title: 'precision', ...SHARE },
        names: 'bottom-left',
      },
      precisionPoints,
      averagePrecision,
      'Average precision',
    ),
  ];
}

/** How often a decision is right over how sure the model is of it. */
export function calibrationFigure(evaluation: Evaluation): readonly Block[] {
  if (evaluation.task !== 'classification') return [];
  const { float, converted } = evaluation;
  if (float.calibration === undefined || converted.calibration === undefined) return [];
  const pointsOf = (bins: NonNullable<typeof float.calibration>) =>
    bins
      .filter(({ samples }) => samples > 0)
      .map(({ meanConfidence, accuracy }) => ({ x: meanConfidence, y: accuracy }));
  const curves: readonly Curve[] = [
    {
      color: COLORS.gray,
      dashes: true,
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    },
    { color: CURVE_COLORS[1], dashes: true, points: pointsOf(float.calibration) },
    { color: CURVE_COLORS[0], points: pointsOf(converted.calibration) },
  ];
  const sentence = `Mean distance of confidence and accuracy: ${formatFigure(float.calibrationError)} float, ${formatFigure(converted.calibrationError)} ${converted.type}.`;
  return [
    {
      kind: 'figure',
      svg: curvesPlotSvg({
        title: 'Calibration',
        summary: sentence,
        x: { title: 'confidence', ...SHARE },
        y: { title: 'accuracy', ...SHARE },
        curves,
        legend: [
          { label: 'ideal', color: COLORS.gray, mark: 'dashes' },
          { label: 'float', color: CURVE_COLORS[1], mark: 'dashes' },
          { label: converted.type, color: CURVE_COLORS[0], mark: 'line' },
        ],
      }),
      caption: `How often decisions are right, over how sure the model is of them, in tenths. ${sentence}`,
    },
  ];
}
