/** The figures of an evaluation as rows, for whoever prints or draws them. */

import type { Anomaly, Classification, Evaluation, Regression } from './evaluation.ts';

/** What is measured, and what the float and the converted model have of it. */
export type ScoreRow = readonly [name: string, float: number | undefined, converted: number | undefined];

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share;
}

function regressionRows({ float, converted }: Regression): readonly ScoreRow[] {
  return [
    ['MSE', float.mse, converted.mse],
    ['RMSE', float.rmse, converted.rmse],
    ['MAE', float.mae, converted.mae],
    ['largest error', float.maxError, converted.maxError],
    ['R²', float.r2, converted.r2],
    ['MSE against truth', float.mseAgainstTruth, converted.mseAgainstTruth],
  ];
}

function classificationRows({ float, converted, agreement }: Classification): readonly ScoreRow[] {
  return [
    ['accuracy, %', 100 * float.accuracy, 100 * converted.accuracy],
    ['balanced accuracy, %', percent(float.balancedAccuracy), percent(converted.balancedAccuracy)],
    ['F1', float.f1, converted.f1],
    ['AUC', float.auc, converted.auc],
    ['average precision', float.averagePrecision, converted.averagePrecision],
    ['log loss', float.logLoss, converted.logLoss],
    ['decides as float, %', undefined, 100 * agreement],
  ];
}

function anomalyRows({ float, converted }: Anomaly): readonly ScoreRow[] {
  return [
    ['AUC', float.auc, converted.auc],
    ['AUC up to 10 % false alarms', float.pAuc, converted.pAuc],
    ['average precision', float.averagePrecision, converted.averagePrecision],
    ['threshold of the error', float.threshold, converted.threshold],
    ['F1', float.f1, converted.f1],
    ['false alarms, %', percent(float.falseAlarms), percent(converted.falseAlarms)],
    ['misses, %', percent(float.misses), percent(converted.misses)],
  ];
}

function rowsOf(evaluation: Evaluation): readonly ScoreRow[] {
  switch (evaluation.task) {
    case 'classification':
      return classificationRows(evaluation);
    case 'anomaly':
      return anomalyRows(evaluation);
    case 'regression':
      return regressionRows(evaluation);
  }
}

/** Rows of which neither model has a figure are left out. */
export function scoreRows(evaluation: Evaluation): readonly ScoreRow[] {
  const rows: readonly ScoreRow[] = [
    ...rowsOf(evaluation),
    ['SQNR against float, dB', undefined, evaluation.sqnrDb],
  ];
  return rows.filter(([, float, converted]) => float !== undefined || converted !== undefined);
}
