/** The scores of an evaluation as tables, and the predictions of a regression as a plot in characters. */

import type { Classification, Evaluation, Regression } from '../../stages/evaluate.ts';
import type { Predictions } from '../../stages/stage-reports.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';
import { textPlot } from './text-plot.ts';

type ScoreRow = readonly [string, number | undefined, number | undefined];

/** What is measured, and the scores of both models; rows without any are left out. */
function scoreTable(type: string, rows: readonly ScoreRow[]): string {
  return formatTable(
    [{ title: 'test split' }, { title: 'float', align: 'right' }, { title: type, align: 'right' }],
    rows
      .filter(([, a, b]) => a !== undefined || b !== undefined)
      .map(([name, a, b]) => [name, formatFigure(a), formatFigure(b)]),
  );
}

function regressionTable({ float, converted, sqnrDb }: Regression): string {
  return scoreTable(converted.type, [
    ['MSE', float.mse, converted.mse],
    ['MAE', float.mae, converted.mae],
    ['R²', float.r2, converted.r2],
    ['MSE against truth', float.mseAgainstTruth, converted.mseAgainstTruth],
    ['SQNR against float, dB', undefined, sqnrDb],
  ]);
}

/** How often the converted model took a class (row) for another (column). */
function confusionTable({ classes, converted }: Classification): string | undefined {
  if (converted.confusion === undefined) return undefined;
  const title = `${converted.type}: actual ↓  predicted →`;
  return formatTable(
    [{ title }, ...classes.map((name) => ({ title: printable(name), align: 'right' as const }))],
    converted.confusion.map((counts, index) => [printable(classes[index]), ...counts.map(formatCount)]),
  );
}

function classificationTables(evaluation: Classification): string {
  const { float, converted, sqnrDb } = evaluation;
  const table = scoreTable(converted.type, [
    ['accuracy, %', 100 * float.accuracy, 100 * converted.accuracy],
    ['decides as float, %', undefined, 100 * evaluation.agreement],
    ['SQNR against float, dB', undefined, sqnrDb],
  ]);
  const confusion = confusionTable(evaluation);
  return confusion === undefined ? table : `${table}\n\n${confusion}`;
}

/** The scores of both models, one column each; for classifiers also who was taken for whom. */
export function evaluationTable(evaluation: Evaluation): string {
  return evaluation.task === 'classification'
    ? classificationTables(evaluation)
    : regressionTable(evaluation);
}

/** Labels of the vertical axis, and the axis. */
const AXIS_CELLS = 12;

/** The test samples and the converted model's predictions over x, as wide as a terminal of so many columns has room for. */
export function evaluationPlot(
  { x, y, predicted }: Predictions,
  { converted }: Evaluation,
  terminal = Infinity,
): string {
  return textPlot(
    [
      { label: 'test samples', mark: '·', x, y },
      { label: `${converted.type} model`, mark: '●', x, y: predicted },
    ],
    { columns: Math.max(16, Math.min(64, terminal - AXIS_CELLS)), rows: 16 },
  );
}

export function renderEvaluation(
  evaluation: Evaluation,
  predictions: Predictions | undefined,
  terminal?: number,
): string {
  const table = evaluationTable(evaluation).replace(/^(?=.)/gm, '  ');
  return predictions === undefined
    ? `${table}\n`
    : `${evaluationPlot(predictions, evaluation, terminal)}\n\n${table}\n`;
}
