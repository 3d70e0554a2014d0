/** The figures of an evaluation as rows, for whoever prints or draws them. */

import type { Evaluation } from './evaluation.ts';
import type { Task } from './tasks.ts';

/** One that a task has, and how people call it. */
export interface Score {
  readonly title: string;
  /** In an evaluation. */
  readonly name: string;
  /** Shares are shown in percent where people say them so. */
  readonly isPercent: boolean;
}

const plain = (title: string, name: string): Score => ({ title, name, isPercent: false });
const share = (title: string, name: string): Score => ({ title: `${title}, %`, name, isPercent: true });

/** The first of each is what a task is judged by, where nobody says by what. */
export const SCORES: Readonly<Record<Task, readonly Score[]>> = {
  regression: [
    plain('MAE', 'mae'),
    plain('RMSE', 'rmse'),
    plain('MSE', 'mse'),
    plain('largest error', 'maxError'),
    plain('R²', 'r2'),
    plain('MSE against truth', 'mseAgainstTruth'),
  ],
  classification: [
    share('accuracy', 'accuracy'),
    share('balanced accuracy', 'balancedAccuracy'),
    plain('F1', 'f1'),
    plain('AUC', 'auc'),
    plain('average precision', 'averagePrecision'),
    plain('log loss', 'logLoss'),
    plain('calibration error', 'calibrationError'),
  ],
  anomaly: [
    plain('AUC', 'auc'),
    plain('AUC up to 10 % false alarms', 'pAuc'),
    plain('average precision', 'averagePrecision'),
    plain('threshold of the error', 'threshold'),
    plain('F1', 'f1'),
    share('false alarms', 'falseAlarms'),
    share('misses', 'misses'),
  ],
};

/** A share as it is shown. */
export function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share;
}

/** As it is shown; undefined where these scores have none. */
export function scoreOf({ name, isPercent }: Score, scores: object): number | undefined {
  const value = (scores as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'number') return undefined;
  return isPercent ? 100 * value : value;
}

/** What is measured, and what the float and the converted model have of it. */
export type ScoreRow = readonly [name: string, float: number | undefined, converted: number | undefined];

/** Rows of which neither model has a figure are left out. */
export function scoreRows(evaluation: Evaluation): readonly ScoreRow[] {
  const { task, float, converted, sqnrDb } = evaluation;
  const agreement = task === 'regression' ? undefined : evaluation.agreement;
  const rows: readonly ScoreRow[] = [
    ...SCORES[task].map((score) => [score.title, scoreOf(score, float), scoreOf(score, converted)] as const),
    ['decides as float, %', undefined, percent(agreement)],
    ['SQNR against float, dB', undefined, sqnrDb],
  ];
  return rows.filter(([, before, after]) => before !== undefined || after !== undefined);
}
