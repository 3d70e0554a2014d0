/** The end of `tinyml run`: how good the model is, and what each stage made. */

import { join } from 'node:path';
import type { Evaluation } from '../../models/score/evaluation.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import type { Predictions } from '../../stages/stage-reports.ts';
import { evaluationPlot, evaluationTable } from './evaluation.ts';
import type { OutcomeSummary } from './outcome.ts';
import { printable } from './printable.ts';
import { formatCount, formatTable } from './table.ts';

function leftOut({ dropped }: OutcomeSummary['metrics']): string {
  return typeof dropped === 'number' && dropped > 0
    ? `; ${formatCount(dropped)} rows left out, in which something is missing`
    : '';
}

/** Of an anomaly detector: samples that leave what is normal, made of its own. */
function made({ excursions }: OutcomeSummary['metrics']): string {
  return excursions === undefined ? '' : `, and ${excursions} made of them that leave what is normal`;
}

/** What each stage is worth saying in one cell. */
function stageResult({ stage, metrics, directory, files }: OutcomeSummary): string {
  switch (stage) {
    case 'dataset':
      return `${formatCount(Number(metrics.train))} train, ${formatCount(Number(metrics.validation))} validation, ${formatCount(Number(metrics.test))} test${leftOut(metrics)}`;
    case 'train':
      return `${metrics.parameters} parameters, best of ${metrics.epochs} epochs: ${metrics.bestEpoch} (${metrics.engine})`;
    case 'quantize':
      return `${metrics.samples} calibration samples${made(metrics)}`;
    case 'convert':
      return `${formatCount(Number(metrics.bytes))} bytes, ${metrics.type}: ${join(directory, MODEL_FILE)}`;
    case 'evaluate':
      return `plots: ${directory}`;
    case 'export-c':
      return files.map(({ path }) => path).join(', ');
  }
}

/** What `tinyml run` ends with. */
export interface RunReport {
  readonly outcomes: readonly OutcomeSummary[];
  readonly evaluation: Evaluation;
  /** Absent where they cannot be drawn. */
  readonly predictions?: Predictions;
  /** Paths of the C source. */
  readonly written: readonly string[];
  /** Path of the page; absent where none was written. */
  readonly report?: string;
}

/** The plot, the scores, a row for every stage; `terminal` is how many cells a line of the terminal has. */
export function renderRun(
  { outcomes, evaluation, predictions, written, report }: RunReport,
  terminal?: number,
): string {
  const rows = outcomes.map((outcome) => [
    outcome.stage,
    outcome.ran ? 'made' : 'up to date',
    printable(stageResult(outcome)),
  ]);
  const parts = [
    ...(predictions === undefined ? [] : [evaluationPlot(predictions, evaluation, terminal)]),
    evaluationTable(evaluation, terminal),
    formatTable([{ title: 'stage' }, { title: 'state' }, { title: 'result', wraps: true }], rows, terminal),
    `C source: ${printable(written.join(', '))}\nReport: ${report === undefined ? '"tinyml report" makes one HTML page of all this.' : printable(report)}`,
    ...(outcomes.every(({ ran }) => !ran) ? ['Nothing to do: everything is up to date.'] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}
