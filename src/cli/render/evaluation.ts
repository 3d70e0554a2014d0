/** The scores of an evaluation as tables, and the predictions of a regression as a plot in characters. */

import type { Anomaly, Classification, Evaluation, Regression } from '../../models/score/evaluation.ts';
import type { Predictions } from '../../stages/stage-reports.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';
import { textPlot } from './text-plot.ts';

type ScoreRow = readonly [string, number | undefined, number | undefined];

/** What is measured, and the scores of both models; rows without any are left out. */
function scoreTable(type: string, rows: readonly ScoreRow[], terminal: number | undefined): string {
  return formatTable(
    [{ title: 'test split' }, { title: 'float', align: 'right' }, { title: type, align: 'right' }],
    rows
      .filter(([, a, b]) => a !== undefined || b !== undefined)
      .map(([name, a, b]) => [name, formatFigure(a), formatFigure(b)]),
    terminal,
  );
}

function regressionTable({ float, converted, sqnrDb }: Regression, terminal: number | undefined): string {
  const rows: readonly ScoreRow[] = [
    ['MSE', float.mse, converted.mse],
    ['RMSE', float.rmse, converted.rmse],
    ['MAE', float.mae, converted.mae],
    ['largest error', float.maxError, converted.maxError],
    ['R²', float.r2, converted.r2],
    ['MSE against truth', float.mseAgainstTruth, converted.mseAgainstTruth],
    ['SQNR against float, dB', undefined, sqnrDb],
  ];
  return scoreTable(converted.type, rows, terminal);
}

/** How often the converted model took a class (row) for another (column). */
function confusionTable(
  classes: readonly string[],
  converted: { readonly type: string; readonly confusion?: readonly (readonly number[])[] | undefined },
  terminal: number | undefined,
): string | undefined {
  if (converted.confusion === undefined) return undefined;
  const title = `${converted.type}: actual ↓  predicted →`;
  return formatTable(
    [{ title }, ...classes.map((name) => ({ title: printable(name), align: 'right' as const }))],
    converted.confusion.map((counts, index) => [printable(classes[index]), ...counts.map(formatCount)]),
    terminal,
  );
}

function classificationTables(evaluation: Classification, terminal: number | undefined): string {
  const { float, converted, sqnrDb } = evaluation;
  const rows: readonly ScoreRow[] = [
    ['accuracy, %', 100 * float.accuracy, 100 * converted.accuracy],
    ['balanced accuracy, %', percent(float.balancedAccuracy), percent(converted.balancedAccuracy)],
    ['F1', float.f1, converted.f1],
    ['AUC', float.auc, converted.auc],
    ['average precision', float.averagePrecision, converted.averagePrecision],
    ['log loss', float.logLoss, converted.logLoss],
    ['decides as float, %', undefined, 100 * evaluation.agreement],
    ['SQNR against float, dB', undefined, sqnrDb],
  ];
  return withConfusion(
    scoreTable(converted.type, rows, terminal),
    confusionTable(evaluation.classes, converted, terminal),
  );
}

function withConfusion(table: string, confusion: string | undefined): string {
  return confusion === undefined ? table : `${table}\n\n${confusion}`;
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share;
}

function anomalyTables({ float, converted, sqnrDb }: Anomaly, terminal: number | undefined): string {
  const rows: readonly ScoreRow[] = [
    ['AUC', float.auc, converted.auc],
    ['AUC up to 10 % false alarms', float.pAuc, converted.pAuc],
    ['average precision', float.averagePrecision, converted.averagePrecision],
    ['threshold of the error', float.threshold, converted.threshold],
    ['F1', float.f1, converted.f1],
    ['false alarms, %', percent(float.falseAlarms), percent(converted.falseAlarms)],
    ['misses, %', percent(float.misses), percent(converted.misses)],
    ['SQNR against float, dB', undefined, sqnrDb],
  ];
  return withConfusion(
    scoreTable(converted.type, rows, terminal),
    confusionTable(['normal', 'anomaly'], converted, terminal),
  );
}

/** The scores of both models, one column each; for classifiers also who was taken for whom. */
export function evaluationTable(evaluation: Evaluation, terminal?: number): string {
  switch (evaluation.task) {
    case 'classification':
      return classificationTables(evaluation, terminal);
    case 'anomaly':
      return anomalyTables(evaluation, terminal);
    case 'regression':
      return regressionTable(evaluation, terminal);
  }
}

/** Labels of the vertical axis, and the axis. */
const AXIS_CELLS = 12;

/** The test samples and the converted model's predictions over x, as wide as a terminal of so many columns has room for. */
export function evaluationPlot(
  { x, y, predicted }: Predictions,
  { converted }: Pick<Evaluation, 'converted'>,
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

const INDENT = '  ';

/** Plot and tables; `terminal` is how many cells a line of the terminal has. */
export function renderEvaluation(
  evaluation: Evaluation,
  predictions: Predictions | undefined,
  terminal?: number,
): string {
  const room = terminal === undefined ? undefined : terminal - INDENT.length;
  const table = evaluationTable(evaluation, room).replace(/^(?=.)/gm, INDENT);
  return predictions === undefined
    ? `${table}\n`
    : `${evaluationPlot(predictions, evaluation, terminal)}\n\n${table}\n`;
}
